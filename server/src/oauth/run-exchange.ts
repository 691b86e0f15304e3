import * as oauth from 'oauth4webapi';
import type { Connector } from '../catalog/connector.ts';
import type { ExchangeBlock } from '../catalog/format/exchange.ts';
import { renderText, type TemplateValues } from '../catalog/templates/evaluate.ts';
import { parseTemplate } from '../catalog/templates/template.ts';
import { templateValues } from '../catalog/templates/template-values.ts';
import type { JsonObject } from '../lib/json.ts';
import { Secret } from '../lib/secret.ts';
import type { OauthDoor } from './door.ts';
import type { OauthClient, TokenLeg } from './oauth-server.ts';
import { addressOf, headersIn, paramsIn } from './server-of.ts';
import type { TokenOutcome } from './token-set.ts';
import { askTokenEndpoint } from './token/ask-token-endpoint.ts';
import { sendRequest } from './token/send-request.ts';
import { signAssertion } from './token/sign-assertion.ts';

export interface ExchangeValues {
  readonly config: JsonObject;
  /** Opened for the origins of the exchange. */
  readonly secrets: Readonly<Record<string, Secret>>;
  /** Ours, without a slash at the end. */
  readonly publicUrl: string;
}

/** Exchanges what a person submitted for a token that does not last, as the manifest says; done again when it is over. */
export async function runExchange(
  door: OauthDoor,
  connector: Pick<Connector, 'exchange' | 'derived'>,
  { config, secrets, publicUrl }: ExchangeValues,
): Promise<TokenOutcome> {
  const { exchange } = connector;
  if (exchange === undefined) return refused('The connector exchanges nothing.');
  const fields = { ...config, ...secrets };
  const values = templateValues(connector, { fields, publicUrl });
  const signed = await signedBy(exchange, values, door.clock.now());
  if (!signed.ok) return refused(signed.message);
  const known = { ...values, field: { ...fields, ...(signed.assertion && { assertion: signed.assertion }) } };
  const asked = { door, values: known, secrets: Object.values(secrets) };
  switch (exchange.grant) {
    case 'client_credentials':
      return askAsClient(exchange, asked);
    case 'jwt_bearer':
      return askWithAssertion(exchange, { ...asked, assertion: signed.assertion });
    case 'request':
      return sendRequest(door, exchange, asked);
  }
}

type Grant<Name> = Extract<ExchangeBlock, { grant: Name }>;

interface Asked {
  readonly door: OauthDoor;
  readonly values: TemplateValues;
  readonly secrets: readonly Secret[];
}

async function signedBy(
  exchange: ExchangeBlock,
  values: TemplateValues,
  now: number,
): Promise<{ ok: true; assertion: Secret | undefined } | { ok: false; message: string }> {
  const assertion = 'assertion' in exchange ? exchange.assertion : undefined;
  return assertion === undefined ? { ok: true, assertion: undefined } : signAssertion(assertion, values, now);
}

/** RFC 6749 §4.4.2. */
async function askAsClient(
  exchange: Grant<'client_credentials'>,
  { door, values, secrets }: Asked,
): Promise<TokenOutcome> {
  const leg = legOf(exchange, exchange.client_auth, values);
  if (!leg.ok) return refused(leg.message);
  const client = clientOf(exchange, values);
  if (client === undefined) return refused('The client id is missing.');
  const question = { leg: leg.leg, client, server: serverFor(exchange), words: secrets };
  return askTokenEndpoint(door, question, ({ as, us, auth, parameters, options }) =>
    oauth.clientCredentialsGrantRequest(as, us, auth, { ...parameters, ...scopeOf(exchange) }, options),
  );
}

/** RFC 7523 §2.1. */
async function askWithAssertion(
  exchange: Grant<'jwt_bearer'>,
  { door, values, secrets, assertion }: Asked & { readonly assertion: Secret | undefined },
): Promise<TokenOutcome> {
  const leg = legOf(exchange, 'none', values);
  if (!leg.ok) return refused(leg.message);
  const proof = { assertion: assertion?.reveal() ?? '' };
  const question = { leg: leg.leg, client: undefined, server: serverFor(exchange), words: [...secrets, assertion] };
  return askTokenEndpoint(door, question, ({ as, us, auth, parameters, options }) =>
    oauth.genericTokenEndpointRequest(
      as,
      us,
      auth,
      jwtBearer,
      { ...parameters, ...scopeOf(exchange), ...proof },
      options,
    ),
  );
}

const jwtBearer = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

type ToEndpoint = Grant<'client_credentials'> | Grant<'jwt_bearer'>;

function legOf(
  { token_url, params, headers, body_format }: ToEndpoint,
  clientAuth: TokenLeg['clientAuth'],
  values: TemplateValues,
): { readonly ok: true; readonly leg: TokenLeg } | { readonly ok: false; readonly message: string } {
  const address = addressOf(token_url, values);
  if (!address.ok) return address;
  const written = headersIn(headers, values);
  if (!written.ok) return written;
  const leg = {
    url: address.url,
    headers: written.headers,
    params: paramsIn(params, values),
    body: body_format,
    clientAuth,
  };
  return { ok: true, leg };
}

function clientOf(
  { client_id, client_secret }: Grant<'client_credentials'>,
  values: TemplateValues,
): OauthClient | undefined {
  const id = renderText(parseTemplate(client_id), values);
  const secret = client_secret === undefined ? undefined : renderText(parseTemplate(client_secret), values);
  if (id === undefined || id === '') return undefined;
  return {
    clientId: id instanceof Secret ? id.reveal() : id,
    clientSecret: typeof secret === 'string' ? new Secret(secret) : secret,
  };
}

function serverFor({ answer, scope_separator, captures }: ToEndpoint) {
  return { issuer: undefined, resource: undefined, rules: { answer, scopeSeparator: scope_separator, captures } };
}

function scopeOf({ scopes, scope_separator }: ToEndpoint): Record<string, string> {
  return scopes.length > 0 ? { scope: scopes.join(scope_separator) } : {};
}

function refused(message: string): TokenOutcome {
  return { ok: false, error: 'invalid_request', message };
}
