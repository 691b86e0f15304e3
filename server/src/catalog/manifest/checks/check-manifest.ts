import type { Connector, Manifest } from '../../connector.ts';
import { checkFields } from './check-fields.ts';
import { checkOauth } from './check-oauth.ts';
import { checkPrograms } from './check-programs.ts';
import { checkSql } from './check-sql.ts';
import { checkTemplates } from './check-templates.ts';
import { checkTools } from './check-tools.ts';
import type { Finding, KeyPath } from '../manifest-problem.ts';

/** What one key cannot say alone: the rules that hold between the parts of a manifest. */
export function checkManifest(manifest: Manifest, source: Connector['source']): readonly Finding[] {
  return [
    ...checkModes(manifest),
    ...checkFields(manifest),
    ...checkTemplates(manifest, source),
    ...checkHeaders(manifest),
    ...checkOauth(manifest),
    ...checkPrograms(manifest, source),
    ...checkSql(manifest),
    ...checkTools(manifest),
  ];
}

function checkModes(manifest: Manifest): Finding[] {
  const { auth_mode, auth_modes = [auth_mode], http, mcp, oauth, verify, tools } = manifest;
  const endpoints = oauth?.authorization_url !== undefined && oauth.token_url !== undefined;
  const rules: readonly (readonly [boolean, KeyPath, string])[] = [
    [manifest.id === 'plugboard', ['id'], 'is the name of our own tools'],
    [manifest.id === 'mcp', ['id'], 'is the name of custom MCP servers'],
    [auth_modes[0] !== auth_mode, ['auth_modes'], `the first must be the auth_mode, "${auth_mode}"`],
    [new Set(auth_modes).size < auth_modes.length, ['auth_modes'], 'a way of signing in is listed twice'],
    [
      auth_modes.includes('pat') &&
        manifest.auth.scheme === 'none' &&
        manifest.exchange === undefined &&
        mcp?.transport !== 'stdio',
      ['auth'],
      '"pat" needs a scheme other than none: it attaches the secret',
    ],
    [
      auth_modes.includes('mcp_oauth') && (mcp === undefined || mcp.transport === 'stdio'),
      ['mcp'],
      'is missing: "mcp_oauth" signs in to an MCP server at an address',
    ],
    [auth_modes.includes('byo_oauth') && !endpoints, ['oauth'], '"byo_oauth" needs authorization_url and token_url'],
    [
      http === undefined && mcp === undefined && manifest.sql === undefined,
      ['http'],
      'is missing: a connector reaches something by "http", "mcp" or "sql"',
    ],
    [
      tools.some(({ operation }) => operation !== undefined) && http === undefined,
      ['http'],
      'is missing: tools with an operation need it',
    ],
    [verify?.kind === 'mcp' && mcp === undefined, ['verify', 'kind'], '"mcp" needs an mcp block'],
    [verify?.kind === 'sql' && manifest.sql === undefined, ['verify', 'kind'], '"sql" needs a sql block'],
  ];
  return rules.filter(([broken]) => broken).map(([, path, message]) => ({ path, message }));
}

const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const ours = /^(connection|content-length|host|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade)$/i;

function checkHeaders({ verify, http, mcp, oauth, exchange, tools }: Manifest): Finding[] {
  const places: readonly (readonly [KeyPath, Readonly<Record<string, string>>])[] = [
    [['verify', 'headers'], verify?.kind === 'http' ? verify.headers : {}],
    [['http', 'headers'], http?.headers ?? {}],
    [['mcp', 'headers'], mcp === undefined || mcp.transport === 'stdio' ? {} : mcp.headers],
    [['oauth', 'token_headers'], oauth?.token_headers ?? {}],
    [['oauth', 'identity', 'headers'], oauth?.identity && 'url' in oauth.identity ? oauth.identity.headers : {}],
    [['oauth', 'revocation', 'headers'], oauth?.revocation?.headers ?? {}],
    [['exchange', 'headers'], exchange?.headers ?? {}],
    ...tools.map(
      ({ operation }, index) => [['tools', index, 'operation', 'headers'], operation?.headers ?? {}] as const,
    ),
  ];
  return places.flatMap(([path, headers]) =>
    Object.keys(headers)
      .filter((name) => !token.test(name) || ours.test(name))
      .map((name) => ({
        path: [...path, name],
        message: token.test(name) ? 'is set by us alone' : 'is no header name (RFC 9110 §5.1)',
      })),
  );
}
