import { text } from 'node:stream/consumers';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { z } from 'zod';
import { exchangeSchema } from '../../server/src/catalog/format/exchange.ts';
import { oauthSchema } from '../../server/src/catalog/format/oauth.ts';
import type { Json } from '../../server/src/lib/json.ts';
import { systemClock } from '../../server/src/lib/clock.ts';
import type { Secret } from '../../server/src/lib/secret.ts';
import type { OauthDoor } from '../../server/src/oauth/door.ts';
import type { OauthServer } from '../../server/src/oauth/oauth-server.ts';
import { serverOf } from '../../server/src/oauth/server-of.ts';
import { listen } from '../emulators/listen.ts';
import { openEgress } from './open-egress.ts';

/** The real door, to this machine. Close it. */
export function openDoor(): OauthDoor & { close(): Promise<void> } {
  const egress = openEgress();
  const { signal } = new AbortController();
  return { egress, clock: systemClock, loopback: false, signal, close: () => egress.close() };
}

/** The server of a manifest's `oauth` block. */
export function serverFor(
  oauth: z.input<typeof oauthSchema>,
  config: Readonly<Record<string, Json>> = {},
  secrets: Readonly<Record<string, Secret>> = {},
): OauthServer {
  const block = oauthSchema.parse(oauth);
  const found = serverOf({ oauth: block, derived: {} }, { config, secrets, publicUrl: 'https://plugboard.example' });
  if (!found.ok) throw new Error(found.message);
  return found.server;
}

/** A connector that exchanges what is submitted. */
export function exchanging(exchange: z.input<typeof exchangeSchema>) {
  return { exchange: exchangeSchema.parse(exchange), derived: {} };
}

/** What a token endpoint was asked. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A token endpoint that keeps what it is asked, and answers as it is told. */
export interface TokenEndpoint {
  readonly url: string;
  readonly asked: readonly Asked[];
  /** The last request's form. */
  form(): Readonly<Record<string, string>>;
  answer: (response: ServerResponse) => void;
  stop(): Promise<void>;
}

export const aToken = { access_token: 'at-0123456789', token_type: 'bearer', expires_in: 3600 };

/** Starts it on a free port; it hands out `aToken`. */
export async function startTokenEndpoint(): Promise<TokenEndpoint> {
  const asked: Asked[] = [];
  const { url, stop } = await listen((request, response) => {
    void text(request).then((body) => {
      const address = new URL(request.url ?? '/', 'http://localhost');
      const { method = '', headers } = request;
      asked.push({ method, path: address.pathname, query: Object.fromEntries(address.searchParams), headers, body });
      endpoint.answer(response);
    });
  });
  const endpoint: TokenEndpoint = {
    url: `${url}/token`,
    asked,
    form: () => Object.fromEntries(new URLSearchParams(asked.at(-1)?.body)),
    answer: json(aToken),
    stop,
  };
  return endpoint;
}

/** An answer in JSON. */
export function json(value: unknown, status = 200, headers: Readonly<Record<string, string>> = {}) {
  return (response: ServerResponse): void => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
  };
}
