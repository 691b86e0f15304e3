import type { Secret } from '../../lib/secret.ts';
import { mergeHeaders } from '../http/merge-headers.ts';
import type { RemoteTarget } from './mcp-target.ts';

/** The address with what proves who we are in its query, put there at the last moment. */
export function attachedUrl(url: URL, { attachment }: Pick<RemoteTarget, 'attachment'>): URL {
  for (const [name, value] of Object.entries(attachment.query)) url.searchParams.set(name, value.reveal());
  return url;
}

/** What the protocol says in headers, above what the connection adds and below what proves who we are. */
export function attachedHeaders(
  protocol: Readonly<Record<string, string | Secret>>,
  { headers, attachment }: Pick<RemoteTarget, 'headers' | 'attachment'>,
): Readonly<Record<string, string>> {
  const merged = mergeHeaders({ call: headers, manifest: protocol, auth: attachment.headers, body: undefined });
  if (!merged.ok) throw new TypeError(merged.message);
  return merged.headers;
}
