import { isLoopbackHost } from '../../config.ts';
import { parseAddress } from '../../egress/guard/addresses.ts';
import { normaliseHost } from '../../egress/guard/target.ts';

/** The path of our client metadata document: its address is our client id, so it never changes. */
export const clientMetadataPath = '/oauth/client-metadata.json';

/** Who we are to authorization servers we never met (OAuth Client ID Metadata Document; RFC 7591 §2). */
export interface ClientMetadata {
  readonly client_id: string;
  readonly client_name: string;
  readonly client_uri: string;
  readonly redirect_uris: readonly string[];
  readonly grant_types: readonly string[];
  readonly response_types: readonly string[];
  readonly token_endpoint_auth_method: 'none';
  readonly application_type: 'web';
}

/** Our client metadata document; `undefined` where nobody could fetch it: not on https, or at a name of this network alone. */
export function clientMetadata(publicUrl: string, redirectUri: string): ClientMetadata | undefined {
  if (!isPublic(publicUrl)) return undefined;
  return {
    client_id: `${publicUrl}${clientMetadataPath}`,
    client_name: 'Plugboard',
    client_uri: publicUrl,
    redirect_uris: [redirectUri],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
    application_type: 'web',
  };
}

/** Names that are never those of a host on the internet (RFC 6761, RFC 6762, RFC 8375, and what networks use at home). */
const localName = /(^|\.)(local|localhost|internal|intranet|lan|home|corp|private|test|example|invalid|home\.arpa)$/;

/** Whether anybody can reach a URL as it is written: https, at a full name that is not a local one, and not at an address. */
function isPublic(written: string): boolean {
  const url = URL.parse(written);
  const host = normaliseHost(url?.hostname ?? '');
  if (url?.protocol !== 'https:' || host === undefined) return false;
  return !isLoopbackHost(host) && parseAddress(host) === undefined && host.includes('.') && !localName.test(host);
}
