import type { ExchangeBlock } from '../format/exchange.ts';
import { type OauthBlock, oauthEndpoints, type RevocationBlock } from '../format/oauth.ts';
import { authSites, secret, type TemplateSite, texts, url } from './template-site.ts';

/** Where templates stand in an `oauth` block. */
export function oauthSites(oauth: OauthBlock): readonly TemplateSite[] {
  const { identity, setup } = oauth;
  return [
    ...oauthEndpoints.flatMap((key) => {
      const text = oauth[key];
      return text === undefined ? [] : [url(['oauth', key], text)];
    }),
    ...plain.flatMap((key) => texts(['oauth', key], oauth[key])),
    ...secret([
      ...texts(['oauth', 'token_params'], oauth.token_params),
      ...texts(['oauth', 'refresh_params'], oauth.refresh_params),
      ...texts(['oauth', 'token_headers'], oauth.token_headers),
    ]),
    ...(identity && 'url' in identity
      ? [url(['oauth', 'identity', 'url'], identity.url), ...texts(['oauth', 'identity', 'headers'], identity.headers)]
      : []),
    ...(oauth.revocation ? revocationSites(oauth.revocation) : []),
    ...(setup ? [url(['oauth', 'setup', 'url'], setup.url), ...setupSites(setup.query)] : []),
    ...authSites(oauth.attach, ['oauth', 'attach']),
  ];
}

const plain = ['issuer', 'authorization_params', 'select_account_params'] as const;

/** Who revokes, and what, is known there besides; an address may name the client. */
function revocationSites({ url: address, headers, query, body }: RevocationBlock): TemplateSite[] {
  const path = ['oauth', 'revocation'];
  const parts = { headers, query, body };
  return [
    { ...url([...path, 'url'], address), also: ['field.client_id'] },
    ...secret(texts(path, parts)).map((site) => Object.assign({}, site, { also: revocationNames })),
  ];
}

const revocationNames = ['field.client_id', 'field.client_secret', 'field.refresh_token'];

function setupSites(query: unknown): TemplateSite[] {
  return texts(['oauth', 'setup', 'query'], query).map((site) =>
    Object.assign({}, site, { also: ['config.redirect_uri'] }),
  );
}

/** Where templates stand in an `exchange` block; secrets reach the token endpoint by it. */
export function exchangeSites(exchange: ExchangeBlock): readonly TemplateSite[] {
  const { attach, answer: _, captures: __, grant: ___, ...request } = exchange;
  const address = 'url' in request ? ({ key: 'url', text: request.url } as const) : undefined;
  const { key, text } = address ?? { key: 'token_url', text: 'token_url' in request ? request.token_url : '' };
  return [
    url(['exchange', key], text),
    ...secret(
      texts(
        ['exchange'],
        Object.fromEntries(Object.entries(request).filter(([name]) => name !== key && name !== 'scopes')),
      ),
    ).map((site) => Object.assign({}, site, { also: ['field.assertion'] })),
    ...authSites(attach, ['exchange', 'attach']),
  ];
}
