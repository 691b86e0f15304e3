import type { IncomingMessage, ServerResponse } from 'node:http';
import { listen, type Listening } from '../listen.ts';
import { listed, type NangoRecord, type NangoState } from './state.ts';

/** Nango's API as far as it tells of connections: pages, credentials, limits, and a ledger of what was asked. */
export interface NangoEmulator extends Listening, NangoState {
  add(...records: readonly NangoRecord[]): void;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export async function startNango(): Promise<NangoEmulator> {
  const state: NangoState = {
    secretKey: 'nango-secret-of-the-environment',
    records: [],
    ledger: [],
    mostPerPage: 1_000,
    limit: { times: 0, retryAfter: '0' },
    before: () => undefined,
  };
  const listening = await listen((request, response) => void serve(state, request, response));
  return Object.assign(state, listening, {
    add: (...records: readonly NangoRecord[]) => void state.records.push(...records),
  });
}

async function serve(state: NangoState, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = request.url ?? '';
  await state.before(path);
  const { status, body, headers = {} } = answer(state, request);
  state.ledger.push({ path, status });
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

function answer(state: NangoState, { url = '', method, headers }: IncomingMessage): Answer {
  if (headers.authorization !== `Bearer ${state.secretKey}`) return failed(401, 'missing_auth_header');
  if (state.limit.times > 0) {
    state.limit.times -= 1;
    return { ...failed(429, 'too_many_request'), headers: { 'retry-after': state.limit.retryAfter } };
  }
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  if (method !== 'GET') return failed(404, 'not_found');
  if (pathname === '/connections') return list(state, searchParams);
  const id = /^\/connections\/([^/]+)$/.exec(pathname)?.[1];
  return id === undefined ? failed(404, 'not_found') : one(state, decodeURIComponent(id), searchParams);
}

function list({ records, mostPerPage }: NangoState, query: URLSearchParams): Answer {
  const limit = Math.min(Number(query.get('limit') ?? mostPerPage), mostPerPage);
  const page = Number(query.get('page') ?? 0);
  const shown = records.map(listed).slice(page * limit, (page + 1) * limit);
  return { status: 200, body: { connections: shown } };
}

/** The refresh token is told only to whoever asks for it. */
function one({ records }: NangoState, id: string, query: URLSearchParams): Answer {
  const key = query.get('provider_config_key');
  if (key === null) return failed(400, 'missing_provider_config');
  const place = records.findIndex(({ connectionId, integration }) => connectionId === id && integration === key);
  const record = records[place];
  if (record === undefined) return failed(404, 'not_found');
  if (record.credentials === 'broken') return failed(424, 'invalid_credentials');
  const { refresh_token: refresh, ...rest } = record.credentials;
  const isAsked = query.get('refresh_token') === 'true' && refresh !== undefined;
  const credentials = { ...rest, ...(isAsked ? { refresh_token: refresh } : {}), raw: rest };
  const { errors: _, created, ...shown } = listed(record, place);
  const times = { created_at: created, updated_at: created, last_fetched_at: created };
  return { status: 200, body: { ...shown, ...times, credentials, connection_config: record.config ?? {} } };
}

function failed(status: number, code: string): Answer {
  return { status, body: { error: { code, message: 'Nango says why.' } } };
}
