import { createServer, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { Provider, type ClientMetadata, type KoaContextWithOIDC } from 'oidc-provider';
import { configurationOf } from './oidc/configuration.ts';
import { answerInteraction } from './oidc/interaction.ts';
import { openBrowser } from './oidc/walk.ts';

/** What a certified authorization server on a free port is like. */
export interface OidcOptions {
  /** Where its confidential client `plugboard` may be sent back to. Default: `https://plugboard.example/callback`. */
  readonly redirectUris?: readonly string[];
  /** Further clients, or `plugboard` in another way. */
  readonly clients?: readonly ClientMetadata[];
  /** Who can sign in. Default: ann and bob. */
  readonly users?: readonly string[];
  /** Scopes besides `openid` and `offline_access`. Default: `read` and `write`. */
  readonly scopes?: readonly string[];
  /** Whether a refresh token is good once (RFC 9700 §4.14.2); a second use ends its grant. Default: true. */
  readonly rotates?: boolean;
  /** Whether a refresh token comes without being asked for by `offline_access`. Default: true. */
  readonly refreshes?: boolean;
  /** Seconds that an access token lasts. Default: 3600. */
  readonly lasts?: number;
  /** Whether anybody may register a client (RFC 7591). Default: false. */
  readonly registration?: boolean;
  /** Whether a client may be an address of its metadata, fetched by this function. Default: no. */
  readonly metadataDocuments?: (url: URL) => Promise<Response>;
  /** The resources tokens may be for (RFC 8707); default: none, and `resource` is refused. */
  readonly resources?: readonly string[];
  /** Default: a free one. */
  readonly port?: number;
}

/** What an access token is good for. */
export interface SeenToken {
  readonly user: string | undefined;
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly audience: string | undefined;
  /** Seconds since the epoch. */
  readonly expiresAt: number;
}

/** One request to its token endpoint, answered or refused. */
export interface TokenRequestSeen {
  readonly grant: string;
  readonly clientId: string | undefined;
  readonly resource: unknown;
  readonly ok: boolean;
}

export interface OidcServer {
  /** `http://127.0.0.1:<port>` */
  readonly issuer: string;
  readonly endpoints: {
    readonly authorization: string;
    readonly token: string;
    readonly revocation: string;
    readonly device: string;
    readonly registration: string;
    readonly userinfo: string;
  };
  /** The client `plugboard`. */
  readonly client: { readonly clientId: string; readonly clientSecret: string };
  /** Requests to the token endpoint, in order. */
  readonly ledger: readonly TokenRequestSeen[];
  /** Signs a person in as a browser would; where the browser is sent in the end. `deny` presses the other button. */
  signIn(authorizationUrl: string, user?: string, choice?: 'allow' | 'deny'): Promise<URL>;
  /** Enters the code of a device, as a person at another browser would. */
  approveDevice(verificationUriComplete: string, user?: string): Promise<void>;
  /** What an access token is good for; `undefined` where it is not. */
  seeToken(accessToken: string): Promise<SeenToken | undefined>;
  readonly provider: Provider;
  stop(): Promise<void>;
}

const secret = 'a secret/with+every%thing:in it~';

/** Starts `oidc-provider`: PKCE, rotation, device codes, client credentials, revocation, private_key_jwt and more as asked for. */
export async function startOidc(options: OidcOptions = {}): Promise<OidcServer> {
  const server = createServer();
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server listens on no port.');
  const issuer = `http://127.0.0.1:${address.port}`;
  const users = options.users ?? ['ann', 'bob'];
  const provider = new Provider(issuer, await configurationOf({ ...options, users, secret }));
  const ledger = keepLedger(provider);
  const handle = provider.callback();
  server.on('request', (request: IncomingMessage, response) => {
    if (request.url?.startsWith('/interaction/') === true)
      void answerInteraction({ provider, users, request, response });
    else void handle(request, response);
  });
  return {
    issuer,
    endpoints: endpointsOf(issuer),
    client: { clientId: 'plugboard', clientSecret: secret },
    ledger,
    signIn: (url, user = 'ann', choice = 'allow') => openBrowser(issuer).signIn(url, user, choice),
    approveDevice: (url, user = 'ann') => openBrowser(issuer).approveDevice(url, user),
    seeToken: (token) => seeToken(provider, token),
    provider,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function endpointsOf(issuer: string): OidcServer['endpoints'] {
  return {
    authorization: `${issuer}/auth`,
    token: `${issuer}/token`,
    revocation: `${issuer}/token/revocation`,
    device: `${issuer}/device/auth`,
    registration: `${issuer}/reg`,
    userinfo: `${issuer}/me`,
  };
}

function keepLedger(provider: Provider): TokenRequestSeen[] {
  const ledger: TokenRequestSeen[] = [];
  const note =
    (ok: boolean) =>
    ({ oidc }: KoaContextWithOIDC) => {
      const { params = {}, client } = oidc;
      ledger.push({
        grant: String(params['grant_type']),
        clientId: client?.clientId,
        resource: params['resource'],
        ok,
      });
    };
  provider.on('grant.success', note(true));
  provider.on('grant.error', note(false));
  return ledger;
}

async function seeToken(provider: Provider, text: string): Promise<SeenToken | undefined> {
  const token = (await provider.AccessToken.find(text)) ?? (await provider.ClientCredentials.find(text));
  if (token === undefined || token.isExpired) return undefined;
  const { aud, exp } = token;
  const accountId = 'accountId' in token ? token.accountId : undefined;
  return {
    user: typeof accountId === 'string' ? accountId : undefined,
    clientId: token.clientId ?? '',
    scopes: [...token.scopes],
    audience: Array.isArray(aud) ? aud[0] : aud,
    expiresAt: exp ?? 0,
  };
}
