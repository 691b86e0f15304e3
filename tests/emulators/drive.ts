import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { type Listening, listen } from './listen.ts';

/** A file as the drive has it. */
export interface DriveFile {
  readonly name: string;
  readonly type: string;
  readonly bytes: Buffer;
}

/** A request as it came in. */
export interface DriveRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly bytes: number;
}

/** A drive that takes and hands out files, lists what it has in several ways, and keeps a ledger. */
export interface DriveEmulator extends Listening {
  readonly ledger: DriveRequest[];
  /** By name. */
  readonly files: Map<string, DriveFile>;
  /** Fields that came beside files, in the order they came. */
  readonly fields: (readonly [string, string])[];
  /** What `GET /said` answers. */
  said: { readonly type: string; readonly body: string; readonly status?: number };
  /** Called before a list is answered, with how many were before it. */
  beforeList: (count: number) => number | undefined;
}

export const driveToken = 'drv-token-0123456789abcdef';

export async function startDrive(): Promise<DriveEmulator> {
  const state: Omit<DriveEmulator, keyof Listening> = {
    ledger: [],
    files: new Map(),
    fields: [],
    said: { type: 'application/json', body: '{}' },
    beforeList: () => undefined,
  };
  const server = await listen((request, response) => void answer(state, request, response));
  return Object.assign(state, server);
}

type State = Omit<DriveEmulator, keyof Listening>;

async function answer(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await buffer(request).catch(() => undefined);
  if (body === undefined) return;
  const url = new URL(request.url ?? '/', 'http://drive');
  const { method = 'GET', headers } = request;
  state.ledger.push({ method, path: url.pathname + url.search, headers, bytes: body.length });
  const isPublic = url.pathname.startsWith('/public/');
  if (!isPublic && headers.authorization !== `Bearer ${driveToken}`) return json(response, 401, { error: 'no' });
  const [, place = '', name = ''] = url.pathname.split('/');
  const handler = handlers[`${method} /${place}`];
  if (handler === undefined) return json(response, 404, { error: 'nowhere' });
  return handler({ state, url, name: decodeURIComponent(name), body, headers, response });
}

interface Asked {
  readonly state: State;
  readonly url: URL;
  readonly name: string;
  readonly body: Buffer;
  readonly headers: IncomingMessage['headers'];
  readonly response: ServerResponse;
}

const handlers: Readonly<Record<string, (asked: Asked) => void | Promise<void>>> = {
  'GET /me': ({ response }) => json(response, 200, { id: 'ann' }),
  'POST /forms': takeForm,
  'PUT /files': ({ state, name, body, headers, response }) =>
    json(response, 201, keep(state, { name, type: headers['content-type'] ?? '', bytes: body })),
  'GET /files': handOut,
  'GET /public': handOut,
  'GET /moved': ({ url, response }) =>
    void response.writeHead(302, { location: url.searchParams.get('to') ?? '/' }).end(),
  'GET /said': ({ state, response }) =>
    void response.writeHead(state.said.status ?? 200, { 'content-type': state.said.type }).end(state.said.body),
  'GET /cursors': listByCursor,
  'GET /links': listByLink,
  'GET /pages': listByPage,
  'GET /offsets': listByOffset,
};

async function takeForm({ state, body, headers, response }: Asked): Promise<void> {
  const form = await new Response(new Uint8Array(body), {
    headers: { 'content-type': headers['content-type'] ?? '' },
  }).formData();
  const kept: unknown[] = [];
  for (const [field, value] of form) {
    if (typeof value === 'string') state.fields.push([field, value]);
    else kept.push(keep(state, { name: value.name, type: value.type, bytes: Buffer.from(await value.arrayBuffer()) }));
  }
  json(response, 201, { kept });
}

function keep(state: State, file: DriveFile): object {
  state.files.set(file.name, file);
  const sha256 = createHash('sha256').update(file.bytes).digest('hex');
  return { name: file.name, type: file.type, size: file.bytes.length, sha256 };
}

function handOut({ state, url, name, response }: Asked): void {
  const file = state.files.get(name);
  const to = url.searchParams.get('to');
  if (to !== null) return void response.writeHead(302, { location: to }).end();
  if (file === undefined) return json(response, 404, { error: 'There is no such file.' });
  const disposition = `attachment; filename="plain.bin"; filename*=UTF-8''${encodeURIComponent(name)}`;
  response.writeHead(200, { 'content-type': file.type, 'content-disposition': disposition }).end(file.bytes);
}

/** 25 things, 10 a page. */
const things = Array.from({ length: 25 }, (_, index) => ({ id: `thing-${index + 1}`, secret: 'not kept' }));
const size = 10;

function failing({ state, response, url }: Asked): boolean {
  const before = state.ledger.filter(({ path }) => path.startsWith(url.pathname)).length - 1;
  const status = state.beforeList(before);
  if (status !== undefined) json(response, status, { error: 'not now' });
  return status !== undefined;
}

function listByCursor(asked: Asked): void {
  if (failing(asked)) return;
  const from = Number((asked.url.searchParams.get('after') ?? 'at:0').replace('at:', ''));
  const more = from + size < things.length;
  const meta = { next: more ? `at:${from + size}` : '', count: things.length };
  json(asked.response, 200, { data: { things: things.slice(from, from + size) }, meta });
}

function listByLink(asked: Asked): void {
  if (failing(asked)) return;
  const page = Number(asked.url.searchParams.get('page') ?? 1);
  const more = page * size < things.length;
  const evil = asked.url.searchParams.get('evil');
  const where = evil ?? `/links?per_page=10&page=${page + 1}`;
  if (more) asked.response.setHeader('link', `<${where}>; rel="next", </links?page=3>; rel="last"`);
  json(asked.response, 200, things.slice((page - 1) * size, page * size));
}

function listByPage(asked: Asked): void {
  if (failing(asked)) return;
  const page = Number(asked.url.searchParams.get('page') ?? 1);
  const items = things.slice((page - 1) * size, page * size);
  json(asked.response, 200, { items, next_page: page * size < things.length ? 'somewhere' : null });
}

function listByOffset(asked: Asked): void {
  if (failing(asked)) return;
  const offset = Number(asked.url.searchParams.get('offset') ?? 0);
  const limit = Number(asked.url.searchParams.get('limit') ?? size);
  json(asked.response, 200, { items: things.slice(offset, offset + limit) });
}

function json(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}
