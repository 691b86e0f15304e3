import { exportJWK, generateKeyPair } from 'jose';
import { type Configuration, errors } from 'oidc-provider';
import type { OidcOptions } from '../oidc.ts';
import { inMemory } from './in-memory.ts';

type Asked = OidcOptions & { readonly users: readonly string[]; readonly secret: string };

/** The configuration of `oidc-provider` that the options come to. */
export async function configurationOf(options: Asked): Promise<Configuration> {
  const { users, rotates = true, refreshes = true, lasts = 3600, scopes = ['read', 'write'] } = options;
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  return {
    adapter: inMemory(),
    clients: [clientOf(options), ...(options.clients ?? [])].filter(
      ({ client_id }, index, all) => all.findLastIndex((other) => other.client_id === client_id) === index,
    ),
    jwks: { keys: [{ ...(await exportJWK(privateKey)), kid: 'signs', use: 'sig', alg: 'RS256' }] },
    cookies: { keys: ['of a test'] },
    scopes: ['openid', 'offline_access', ...scopes],
    claims: { openid: ['sub'], email: ['email'] },
    findAccount: (_, sub) =>
      users.includes(sub) ? { accountId: sub, claims: () => ({ sub, email: `${sub}@example.com` }) } : undefined,
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    rotateRefreshToken: rotates,
    issueRefreshToken: (_, client, code) =>
      client.grantTypeAllowed('refresh_token') && (refreshes || code.scopes.has('offline_access')),
    expiresWithSession: () => false,
    conformIdTokenClaims: false,
    ttl: {
      AccessToken: lasts,
      ClientCredentials: lasts,
      AuthorizationCode: 60,
      DeviceCode: 600,
      RefreshToken: 86_400,
      IdToken: 3600,
      Interaction: 600,
      Session: 86_400,
      Grant: 86_400,
    },
    pkce: { required: () => true },
    features: featuresOf(options),
    clientBasedCORS: () => false,
    renderError: (ctx, out) => {
      ctx.type = 'html';
      ctx.body = `<!doctype html><title>Refused</title><pre>${JSON.stringify(out).replaceAll('<', '&lt;')}</pre>`;
    },
    ...(options.metadataDocuments && { fetch: (url) => documentAt(url, options.metadataDocuments) }),
  };
}

function clientOf({ redirectUris = ['https://plugboard.example/callback'], secret }: Asked) {
  return {
    client_id: 'plugboard',
    client_secret: secret,
    redirect_uris: [...redirectUris],
    grant_types: [
      'authorization_code',
      'refresh_token',
      'client_credentials',
      'urn:ietf:params:oauth:grant-type:device_code',
    ],
    response_types: ['code' as const],
  };
}

function featuresOf({
  registration = false,
  resources,
  metadataDocuments,
  scopes = ['read', 'write'],
  lasts = 3600,
}: Asked): Configuration['features'] {
  return {
    devInteractions: { enabled: false },
    deviceFlow: {
      enabled: true,
      userCodeInputSource: (ctx, form) => {
        ctx.body = page('Code', `${form}<button form="op.deviceInputForm">Continue</button>`);
      },
      userCodeConfirmSource: (...[ctx, form, , , code]) => {
        ctx.body = page('Confirm', `<code>${code}</code>${form}<button form="op.deviceConfirmForm">Continue</button>`);
      },
      successSource: (ctx) => {
        ctx.body = page('Done', '<p>You may close this page.</p>');
      },
    },
    clientCredentials: { enabled: true },
    revocation: { enabled: true, allowedPolicy: (_, client, token) => token.clientId === client.clientId },
    introspection: { enabled: true },
    userinfo: { enabled: true },
    registration: { enabled: registration },
    ...(metadataDocuments && { clientIdMetadataDocument: { enabled: true, ack: 'draft-02' } }),
    resourceIndicators: {
      enabled: resources !== undefined,
      defaultResource: () => [],
      useGrantedResource: () => true,
      getResourceServerInfo: (_, resource) => {
        if (resources?.includes(resource) !== true) throw new errors.InvalidTarget();
        return { scope: scopes.join(' '), audience: resource, accessTokenTTL: lasts, accessTokenFormat: 'opaque' };
      },
    },
  };
}

function page(title: string, body: string): string {
  return `<!doctype html><html lang="en"><title>${title}</title><body>${body}</body></html>`;
}

async function documentAt(url: URL | string | Request, fetched: OidcOptions['metadataDocuments']): Promise<Response> {
  if (fetched === undefined) throw new Error('Nothing is fetched.');
  return fetched(new URL(url instanceof Request ? url.url : url));
}
