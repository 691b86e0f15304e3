import type { IncomingMessage, ServerResponse } from 'node:http';
import { listen, type Listening } from '../listen.ts';
import { type Answer, misbehave, type Misbehaviour } from '../misbehaviour.ts';
import { type Asked, type LedgerEntry, readAsked } from './asked.ts';
import { type Grants, newGrants, newValue, type OauthApp } from './grants.ts';

/** What a test wishes of a provider. */
export interface OauthOptions {
  /** Where its first app sends people back to; `allowRedirect` adds more. */
  readonly redirectUri?: string;
  /** Whether a refresh token is replaced whenever it is used. Default: as the provider has it. */
  readonly rotate?: boolean;
  /** Seconds that an access token lasts. Default: as the provider has it. */
  readonly lifetime?: number;
  /** Default: the clock of the machine. */
  readonly now?: () => number;
}

/** A provider that people sign in to, with a ledger of everything it was asked. */
export interface OauthEmulator extends Listening {
  readonly ledger: readonly LedgerEntry[];
  /** The app that there is from the start. */
  readonly app: OauthApp;
  /** Every app, code and token. */
  readonly grants: Grants;
  register(name: string, ...redirectUris: string[]): OauthApp;
  /** One more address that the first app may send people back to. */
  allowRedirect(uri: string): void;
  /** The next requests of programs, pages for people aside, are met with these, one each. */
  next(...misbehaviours: Misbehaviour[]): void;
  /** Requests of a method whose path holds this text. */
  requests(method: string, part?: string): readonly LedgerEntry[];
  /** Ends an access token as if its time were over; without one all of them. */
  expire(accessToken?: string): void;
  /** One more address where it answers; stopped with it. */
  listenElsewhere(): Promise<string>;
}

/** What a provider makes of a request. */
export interface Provider {
  /** Whether a path is a page for people. */
  isPage(path: string): boolean;
  answer(asked: Asked): Answer;
}

/** Starts a provider on a free port. */
export async function startOauthEmulator(
  { redirectUri, now = Date.now }: OauthOptions,
  create: (grants: Grants) => Provider,
): Promise<OauthEmulator> {
  const grants = newGrants(now);
  const ledger: LedgerEntry[] = [];
  const queue: Misbehaviour[] = [];
  const register = registering(grants);
  const app = register('Plugboard', ...(redirectUri === undefined ? [] : [redirectUri]));
  const provider = create(grants);
  const places = [await listen((request, response) => void serve(request, response))];

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = await readAsked(request);
    ledger.push(asked);
    response.on('finish', () => (asked.status = response.statusCode));
    const how = provider.isPage(asked.url.pathname) ? undefined : queue.shift();
    if (how === 'reset_after_work') provider.answer(asked);
    if (how === undefined) respond(response, provider.answer(asked));
    else misbehave(how, request, response);
  }

  return {
    url: places[0]?.url ?? '',
    stop: async () => void (await Promise.all(places.map((place) => place.stop()))),
    ledger,
    app,
    grants,
    register,
    allowRedirect: (uri) => void app.redirectUris.push(uri),
    next: (...misbehaviours) => void queue.push(...misbehaviours),
    requests: (method, part = '') => ledger.filter((entry) => entry.method === method && entry.path.includes(part)),
    expire: (accessToken) => expire(grants, accessToken),
    async listenElsewhere() {
      const place = await listen((request, response) => void serve(request, response));
      places.push(place);
      return place.url;
    },
  };
}

function registering({ apps }: Grants): OauthEmulator['register'] {
  return (name, ...redirectUris) => {
    const app = { clientId: newValue('app-'), clientSecret: newValue('secret-'), name, redirectUris };
    apps.set(app.clientId, app);
    return app;
  };
}

function expire({ tokens, now }: Grants, value: string | undefined): void {
  const ended = [...tokens.values()].filter(
    (token) => token.kind === 'access' && (value === undefined || token.value === value),
  );
  for (const token of ended) token.expiresAt = now();
}

function respond(response: ServerResponse, { status, body, headers = {} }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}
