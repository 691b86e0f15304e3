import type { Connector } from '../../catalog/connector.ts';
import { renderHeaders } from '../../catalog/templates/render-header.ts';
import { renderUrl } from '../../catalog/templates/render-url.ts';
import { templateValues } from '../../catalog/templates/template-values.ts';
import { parseTemplate } from '../../catalog/templates/template.ts';
import { parseUrl } from '../../catalog/templates/url-template.ts';
import type { JsonObject } from '../../lib/json.ts';
import { Secret } from '../../lib/secret.ts';
import type { Attachment } from '../attachment.ts';

/** An MCP server, and what proves to it who we are. */
export interface McpTarget {
  readonly url: string;
  readonly transport: 'streamable-http' | 'sse';
  /** Not secret; whatever is comes with the attachment. */
  readonly headers: Readonly<Record<string, string>>;
  /** Attached to requests to the origin of `url` alone. */
  readonly attachment: Attachment;
  /** Whether a loopback address may be reached (S6). */
  readonly loopback: boolean;
}

export type FoundTarget =
  | { readonly ok: true; readonly target: McpTarget }
  | { readonly ok: false; readonly message: string };

/** What a connection brings to the MCP server of its connector. */
export interface TargetParts extends Pick<McpTarget, 'attachment' | 'loopback'> {
  readonly config: JsonObject;
  /** Ours, without a slash at the end. */
  readonly publicUrl: string;
  /** What the connection adds to every request, literally, in the place of the manifest's. Default: nothing. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** The MCP server a manifest names, with the fields of the connection put in. */
export function mcpTargetOf(connector: Pick<Connector, 'mcp' | 'derived'>, parts: TargetParts): FoundTarget {
  const { mcp } = connector;
  if (mcp === undefined) return { ok: false, message: 'This connector has no MCP server.' };
  const values = templateValues(connector, { fields: parts.config, publicUrl: parts.publicUrl });
  const url = renderUrl(parseUrl(mcp.url), values);
  if (!url.ok) return url;
  const templates = Object.entries(mcp.headers).map(
    ([name, text]) => [name.toLowerCase(), parseTemplate(text)] as const,
  );
  const rendered = renderHeaders(templates, values);
  if (!rendered.ok) return rendered;
  const own = Object.fromEntries(Object.entries(rendered.headers).map(([name, value]) => [name, clear(value)]));
  const { attachment, loopback } = parts;
  const headers = { ...own, ...parts.headers };
  return { ok: true, target: { url: clear(url.value), transport: mcp.transport, headers, attachment, loopback } };
}

function clear(text: string | Secret): string {
  return text instanceof Secret ? text.reveal() : text;
}
