import type { Connector } from '../catalog/connector.ts';
import { type OauthBlock, oauthEndpoints } from '../catalog/format/oauth.ts';
import { renderText, type TemplateValues } from '../catalog/templates/evaluate.ts';
import { renderHeaders } from '../catalog/templates/render-header.ts';
import { renderOrigin, renderUrl } from '../catalog/templates/render-url.ts';
import { parseTemplate } from '../catalog/templates/template.ts';
import { templateValues } from '../catalog/templates/template-values.ts';
import { parseUrl } from '../catalog/templates/url-template.ts';
import type { JsonObject } from '../lib/json.ts';
import { Secret } from '../lib/secret.ts';
import type { OauthServer, OwnRevocation, TokenLeg } from './oauth-server.ts';

/** What the templates of an `oauth` block are filled with. */
export interface ServerValues {
  readonly config: JsonObject;
  /** Without a slash at the end. */
  readonly publicUrl: string;
  /** Default: none, and parameters made of them are left out. */
  readonly secrets?: Readonly<Record<string, Secret>>;
}

export type FoundServer =
  | { readonly ok: true; readonly server: OauthServer }
  | { readonly ok: false; readonly message: string };

/** The authorization server of a manifest, its addresses formed from what the connection knows. */
export function serverOf(connector: Pick<Connector, 'oauth' | 'derived'>, known: ServerValues): FoundServer {
  const { oauth } = connector;
  if (oauth === undefined) return { ok: false, message: 'The connector signs in to no provider.' };
  const fields = { ...known.config, ...known.secrets };
  const values = templateValues(connector, { fields, publicUrl: known.publicUrl });
  const found = addressesIn(oauth, values);
  if (!found.ok) return found;
  const { authorization_url: url, token_url: tokenUrl } = found.at;
  if (url === undefined || tokenUrl === undefined)
    return { ok: false, message: 'The connector names no address to sign in at.' };
  const headers = headersIn(oauth.token_headers, values);
  if (!headers.ok) return headers;
  const revocation = revocationOf(oauth, values);
  if (!revocation.ok) return revocation;
  const legs = legsOf(oauth, {
    tokenUrl,
    refreshUrl: found.at.refresh_url ?? tokenUrl,
    headers: headers.headers,
    values,
  });
  return {
    ok: true,
    server: {
      issuer: oauth.issuer === undefined ? undefined : clear(textOf(oauth.issuer, values)),
      issRequired: false,
      authorization: authorizationOf(oauth, url, values),
      pkce: oauth.pkce,
      ...legs,
      rules: { answer: oauth.answer, scopeSeparator: oauth.scope_separator, captures: oauth.captures },
      revocationUrl: found.at.revocation_url,
      ownRevocation: revocation.own,
      deviceAuthorizationUrl: found.at.device_authorization_url,
      resource: undefined,
    },
  };
}

function authorizationOf(oauth: OauthBlock, url: string, values: TemplateValues): OauthServer['authorization'] {
  return {
    url,
    params: clearParams(oauth.authorization_params, values),
    selectAccountParams: clearParams(oauth.select_account_params, values),
    scopeParam: oauth.scope_param,
  };
}

type Addresses = Partial<Record<(typeof oauthEndpoints)[number], string>>;

function addressesIn(
  oauth: OauthBlock,
  values: TemplateValues,
): { readonly ok: true; readonly at: Addresses } | Extract<FoundServer, { ok: false }> {
  const at: Addresses = {};
  for (const endpoint of oauthEndpoints) {
    const text = oauth[endpoint];
    if (text === undefined) continue;
    const url = addressOf(text, values);
    if (!url.ok) return url;
    at[endpoint] = url.url;
  }
  return { ok: true, at };
}

/** Its address is worked out when it is sent: it may name the client. */
function revocationOf(
  { revocation: request }: OauthBlock,
  values: TemplateValues,
): { readonly ok: true; readonly own: OwnRevocation | undefined } | Extract<FoundServer, { ok: false }> {
  if (request === undefined) return { ok: true, own: undefined };
  const origin = renderOrigin(parseUrl(request.url), values);
  if (!origin.ok) return { ok: false, message: `${origin.message}.` };
  return { ok: true, own: { origin: origin.value, request, values } };
}

/** One address of an authorization server; no secret may stand in it. */
export function addressOf(
  text: string,
  values: TemplateValues,
): { readonly ok: true; readonly url: string } | Extract<FoundServer, { ok: false }> {
  const rendered = renderUrl(parseUrl(text), values);
  if (!rendered.ok) return { ok: false, message: `${rendered.message}.` };
  return typeof rendered.value === 'string'
    ? { ok: true, url: rendered.value }
    : { ok: false, message: 'A secret may not stand in the address of a sign-in.' };
}

/** Headers of requests to a token endpoint, by names in lower case. */
export function headersIn(
  headers: Readonly<Record<string, string>>,
  values: TemplateValues,
): { readonly ok: true; readonly headers: TokenLeg['headers'] } | Extract<FoundServer, { ok: false }> {
  const templates = Object.entries(headers).map(([name, text]) => [name.toLowerCase(), parseTemplate(text)] as const);
  const rendered = renderHeaders(templates, values);
  return rendered.ok ? rendered : { ok: false, message: `${rendered.message}.` };
}

/** Parameters filled in; one whose value is absent or empty is left out. */
export function paramsIn(params: Readonly<Record<string, string>>, values: TemplateValues): TokenLeg['params'] {
  const filled = Object.entries(params).map(([name, text]) => [name, textOf(text, values)] as const);
  return Object.fromEntries(filled.filter((entry): entry is [string, string | Secret] => isThere(entry[1])));
}

interface LegFacts {
  readonly tokenUrl: string;
  readonly refreshUrl: string;
  readonly headers: TokenLeg['headers'];
  readonly values: TemplateValues;
}

function legsOf(
  oauth: OauthBlock,
  { tokenUrl, refreshUrl, headers, values }: LegFacts,
): Pick<OauthServer, 'code' | 'refresh'> {
  const { client_auth, token_body, refresh_client_auth = client_auth, refresh_body = token_body } = oauth;
  const code = { params: paramsIn(oauth.token_params, values), body: token_body, clientAuth: client_auth };
  const refresh = {
    params: paramsIn(oauth.refresh_params, values),
    body: refresh_body,
    clientAuth: refresh_client_auth,
  };
  return { code: { url: tokenUrl, headers, ...code }, refresh: { url: refreshUrl, headers, ...refresh } };
}

function clearParams(params: Readonly<Record<string, string>>, values: TemplateValues): Record<string, string> {
  const filled = Object.entries(paramsIn(params, values));
  return Object.fromEntries(filled.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

function textOf(text: string, values: TemplateValues): string | Secret | undefined {
  return renderText(parseTemplate(text), values);
}

function isThere(value: string | Secret | undefined): boolean {
  return value instanceof Secret ? value.reveal() !== '' : value !== undefined && value !== '';
}

function clear(value: string | Secret | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
