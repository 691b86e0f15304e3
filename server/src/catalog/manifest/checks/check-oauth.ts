import type { AuthScheme, Manifest } from '../../connector.ts';
import type { ExchangeBlock } from '../../format/exchange.ts';
import { parseUrl } from '../../templates/url-template.ts';
import { checkCaptures } from './check-captures.ts';
import { namesIn } from './check-templates.ts';
import type { Finding, KeyPath } from '../manifest-problem.ts';
import { stringsIn } from '../template-site.ts';

/** What signing in says agrees with the ways of signing in, with the standard's own parameters, and with itself. */
export function checkOauth(manifest: Manifest): readonly Finding[] {
  return [
    ...checkUse(manifest),
    ...checkNeeds(manifest),
    ...checkParameters(manifest),
    ...checkRevocation(manifest),
    ...checkAssertion(manifest.exchange),
    ...checkCaptures(manifest),
  ];
}

type Rule = readonly [broken: boolean, path: KeyPath, message: string];

function broken(rules: readonly Rule[]): Finding[] {
  return rules.filter(([isBroken]) => isBroken).map(([, path, message]) => ({ path, message }));
}

function checkUse({ auth_mode, auth_modes = [auth_mode], oauth, exchange, tools }: Manifest): Finding[] {
  const signsIn = auth_modes.includes('byo_oauth') || auth_modes.includes('mcp_oauth');
  const scoped = tools.findIndex(({ scopes }) => scopes !== undefined);
  return broken([
    [oauth !== undefined && !signsIn, ['oauth'], 'is for "byo_oauth" or "mcp_oauth", and auth_modes has neither'],
    [
      exchange !== undefined && !auth_modes.includes('pat'),
      ['exchange'],
      'is for "pat", which auth_modes does not have',
    ],
    [scoped >= 0 && !signsIn, ['tools', scoped, 'scopes'], 'has no meaning: nobody signs in to this connector'],
    [oauth !== undefined && !attachesToken(oauth.attach), ['oauth', 'attach'], noToken],
    [exchange !== undefined && !attachesToken(exchange.attach), ['exchange', 'attach'], noToken],
  ]);
}

const noToken = 'attaches no ${field.access_token}, which is what signing in is for';

function attachesToken(attach: AuthScheme): boolean {
  return attach.scheme !== 'login' && mentions(attach, 'field.access_token');
}

function mentions(value: unknown, name: string): boolean {
  return stringsIn([], value).some(({ text }) => namesIn(text).includes(name));
}

function checkNeeds({ auth_mode, auth_modes = [auth_mode], oauth }: Manifest): Finding[] {
  if (oauth === undefined) return [];
  const { device_authorization_url: device, token_url, captures, identity, scopes } = oauth;
  const asked = Object.entries(captures).find(([, { from, required }]) => from === 'callback' && required)?.[0];
  const readsIdToken = identity !== undefined && 'from' in identity && identity.from === 'id_token';
  return broken([
    [
      device !== undefined && token_url === undefined,
      ['oauth', 'token_url'],
      'is missing: a code for a device is exchanged there',
    ],
    [
      device !== undefined && asked !== undefined,
      ['oauth', 'captures', asked ?? '', 'from'],
      'a sign-in by a code for a device comes back with no callback: make it "required: false", or take it from the token',
    ],
    [
      readsIdToken && auth_modes.includes('byo_oauth') && !scopes.includes('openid'),
      ['oauth', 'identity', 'from'],
      'there is an ID token only where "openid" is among the scopes',
    ],
  ]);
}

const authorizationNames = /^(response_type|client_id|redirect_uri|state|code_challenge|code_challenge_method)$/;
const tokenNames =
  /^(grant_type|code|redirect_uri|code_verifier|refresh_token|client_id|client_secret|client_assertion|client_assertion_type)$/;

/** What the standard puts in is put in by us alone. */
function checkParameters({ oauth, exchange }: Manifest): Finding[] {
  const exchanged = exchange === undefined || exchange.grant === 'request' ? {} : exchange.params;
  const places: readonly (readonly [KeyPath, object, RegExp])[] = [
    [['oauth', 'authorization_params'], oauth?.authorization_params ?? {}, authorizationNames],
    [['oauth', 'select_account_params'], oauth?.select_account_params ?? {}, authorizationNames],
    [['oauth', 'token_params'], oauth?.token_params ?? {}, tokenNames],
    [['oauth', 'refresh_params'], oauth?.refresh_params ?? {}, tokenNames],
    [['exchange', 'params'], exchanged, /^(grant_type|assertion|client_id|client_secret)$/],
  ];
  const sent = oauth?.scope_param ?? 'scope';
  return places.flatMap(([path, params, reserved]) =>
    Object.keys(params)
      .filter((name) => reserved.test(name) || (reserved === authorizationNames && name === sent))
      .map((name) => ({ path: [...path, name], message: 'is sent by us alone' })),
  );
}

/** A request that ends tokens is about one, and takes it nowhere that tokens do not come from or go to anyway (S1). */
function checkRevocation({ http, mcp, verify, oauth }: Manifest): Finding[] {
  const revocation = oauth?.revocation;
  if (oauth === undefined || revocation === undefined) return [];
  const { url, headers, query, body, proof, method } = revocation;
  const identity = oauth.identity && 'url' in oauth.identity ? oauth.identity.url : undefined;
  const server = mcp === undefined || mcp.transport === 'stdio' ? undefined : mcp.url;
  const probe = verify?.kind === 'http' ? verify.url : undefined;
  const known = [oauth.token_url, oauth.refresh_url, http?.base_url, server, probe, identity].map(originIn);
  const isAbout =
    proof === 'token' ||
    ['access_token', 'refresh_token'].some((key) => mentions([headers, query, body], `field.${key}`));
  return broken([
    [
      oauth.revocation_url !== undefined,
      ['oauth', 'revocation'],
      'stands beside "revocation_url": tokens are revoked in one way',
    ],
    [
      !known.includes(originIn(url)),
      ['oauth', 'revocation', 'url'],
      'leads where tokens neither come from nor go to: use the address of the token endpoint or of the API',
    ],
    [
      !isAbout,
      ['oauth', 'revocation'],
      'names no token: put ${field.access_token} where the provider wants it, or "proof: token"',
    ],
    [method === 'GET' && body !== undefined, ['oauth', 'revocation', 'body'], 'GET has no body'],
    [
      proof !== undefined && Object.keys(headers).some((name) => name.toLowerCase() === 'authorization'),
      ['oauth', 'revocation', 'headers'],
      'has an Authorization of its own beside "proof"',
    ],
  ]);
}

/** What decides the origin of an address, as the manifest writes it. */
function originIn(address: string | undefined): string | undefined {
  try {
    const pieces = address === undefined ? undefined : parseUrl(address).origin;
    return pieces?.map((piece) => (typeof piece === 'string' ? piece.toLowerCase() : JSON.stringify(piece))).join('');
  } catch {
    return undefined;
  }
}

function checkAssertion(exchange: ExchangeBlock | undefined): Finding[] {
  if (exchange === undefined) return [];
  const assertion = 'assertion' in exchange ? exchange.assertion : undefined;
  const request = { ...exchange, assertion: undefined };
  const isUsed = mentions(request, 'field.assertion');
  return broken([
    [
      isUsed && assertion === undefined,
      ['exchange', 'assertion'],
      'is missing: ${field.assertion} is the JWT that it describes',
    ],
    [mentions(assertion, 'field.assertion'), ['exchange', 'assertion'], '${field.assertion} is what is made here'],
    [
      exchange.grant === 'request' && assertion !== undefined && !isUsed,
      ['exchange', 'assertion'],
      'is signed and not sent: put ${field.assertion} where the provider wants it',
    ],
  ]);
}
