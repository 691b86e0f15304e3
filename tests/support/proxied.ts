import type { IncomingMessage, ServerResponse } from 'node:http';
import { listen } from '../emulators/listen.ts';
import { connect } from './connect.ts';
import type { Plugboard } from './plugboard.ts';

type Provider = (request: IncomingMessage, response: ServerResponse) => void;

/** A provider whose next answers a test decides, and a connection to it by a key in the header `x-key`. */
export interface Proxied {
  /** The address of the provider, with the base path `/v1` behind it. */
  readonly base: string;
  readonly connection: string;
  /** `/api/v1/connections/<id>/proxy` */
  readonly path: string;
  /** Requests the provider had since it was asked last, without the probe of the connection. */
  seen(): readonly Seen[];
  /** What it answers from now on. */
  answer(provider: Provider): void;
  stop(): Promise<void>;
}

export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
}

/** The key that the provider is sent. */
export const providerKey = 'a-key-of-the-provider/+="';

/** Starts a provider and connects it; it echoes nothing until it is told what to answer. */
export async function startProxied(plugboard: Pick<Plugboard, 'call'>, label = 'Proxied'): Promise<Proxied> {
  let provider: Provider = (_request, response) => void response.end('{}');
  const seen: Seen[] = [];
  const server = await listen((request, response) => {
    seen.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers });
    provider(request, response);
  });
  const base = `${server.url}/v1`;
  const fields = { base_url: base, api_key: providerKey, header_name: 'X-Key', header_prefix: '' };
  const connection = await connect(plugboard, ['http', fields], { label });
  return {
    base,
    connection,
    path: `/api/v1/connections/${connection}/proxy`,
    seen: () => seen.splice(0),
    answer: (next) => (provider = next),
    stop: server.stop,
  };
}
