import { broughtKeys } from '../../../catalog/meant/brought-values.ts';
import type { Connector } from '../../../catalog/connector.ts';
import { parseTemplate, type Reference, referencesIn } from '../../../catalog/templates/template.ts';
import { parseUrl } from '../../../catalog/templates/url-template.ts';

/** Everywhere a token is sent, as the manifest writes it. */
export function apiAddresses({ http, mcp, verify, oauth }: Connector): readonly string[] {
  const identity = oauth?.identity && 'url' in oauth.identity ? oauth.identity.url : undefined;
  const server = mcp === undefined || mcp.transport === 'stdio' ? undefined : mcp.url;
  const probe = verify?.kind === 'http' ? verify.url : undefined;
  return [http?.base_url, server, probe, identity].filter((address) => address !== undefined);
}

/** Those of them whose host the provider names when somebody signs in. */
export function broughtAddresses(connector: Connector): readonly string[] {
  return apiAddresses(connector).filter((address) => bringsHost(connector, address));
}

function bringsHost(connector: Connector, address: string): boolean {
  const brought = new Set(broughtKeys(connector));
  const refersTo = ({ root, key }: Reference): boolean =>
    root === 'derived'
      ? referencesIn(parseTemplate(connector.derived[key] ?? '')).some(refersTo)
      : root === 'field' && brought.has(key);
  return parseUrl(address).origin.some((piece) => typeof piece !== 'string' && refersTo(piece));
}
