import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { pino } from 'pino';
import type { KeyKind, Role, Scope } from '../../server/src/access/caller.ts';
import { createInstance, type Instance } from '../../server/src/app.ts';
import type { Config } from '../../server/src/config.ts';
import type { App } from '../../server/src/context.ts';
import type { Clock } from '../../server/src/lib/clock.ts';
import { randomToken } from '../../server/src/lib/ids.ts';
import { isRecord, parseJson } from '../../server/src/lib/json.ts';
import { Secret } from '../../server/src/lib/secret.ts';
import { afterFile } from './after-file.ts';
import { atOnce } from './at-once.ts';
import { bareConfig } from './bare-app.ts';
import type { DatabaseConfig } from './databases.ts';

const root = join(import.meta.dirname, '../..');
const shippedCatalog = { folder: join(root, 'connectors'), snapshot: join(root, 'dist/catalog.json') };
const masterKeys = [{ id: 'test', key: Buffer.alloc(32, 7) }];

/** An answer of the API. An array arrives as `{items}`, so that every body is an object. */
export interface ApiAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Record<string, unknown>;
  readonly text: string;
}

export interface ApiRequest {
  /** Default: the first admin key. `''`: none. */
  readonly key?: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

export interface KeyRequest {
  readonly kind?: KeyKind;
  readonly role?: Role;
  readonly scopes?: readonly Scope[];
  /** The key that mints it. Default: the first admin key. */
  readonly by?: string;
}

/** A whole instance as `main.ts` builds it, with the first admin key in hand. */
export interface Plugboard extends Pick<Instance, 'server' | 'listen' | 'stop'> {
  readonly app: App;
  readonly adminKey: string;
  /** Of the workspace `default`. */
  readonly workspaceId: string;
  /** `call('POST /api/v1/connections', {body})`, through every hook of the edge, without a socket. */
  call(operation: string, request?: ApiRequest): Promise<ApiAnswer>;
  /** The text of a new API key. */
  mint(wish?: KeyRequest): Promise<string>;
}

/** What a test changes about an instance. */
export interface PlugboardOptions extends Partial<Omit<Config, 'databaseUrl' | 'dataDir'>> {
  readonly clock?: Clock;
  /** The folder of the catalog that comes with it. Default: the one we ship, with its snapshot where that is as new. */
  readonly builtIn?: string;
}

/** Starts Plugboard on a database and stops it after the file. Unless told otherwise it reaches 127.0.0.1. */
export async function startPlugboard(database: DatabaseConfig, options: PlugboardOptions = {}): Promise<Plugboard> {
  const { clock, builtIn, ...changes } = options;
  const adminKey = changes.adminKey?.reveal() ?? `pb_${randomToken()}`;
  const own = { masterKeys, egressAllow: ['127.0.0.1'], adminKey: new Secret(adminKey) };
  const config: Config = { ...bareConfig, ...own, ...changes, ...database };
  const instance = await createInstance({
    config,
    log: pino({ level: 'silent' }),
    builtIn: builtIn === undefined ? shippedCatalog : { folder: builtIn },
    dashboard: join(root, 'dashboard/src'),
    schemaWorker: pathToFileURL(join(root, 'server/src/workers/compile-in-worker.ts')),
    sqliteProgram: pathToFileURL(join(root, 'server/src/transports/sql/sqlite/sqlite-program.ts')),
    ...(clock === undefined ? {} : { clock }),
  });
  afterFile(() => instance.stop());
  const call = calling(instance, adminKey);
  const me = await call('GET /api/v1/me');
  return { ...instance, adminKey, call, workspaceId: workspaceOf(me), mint: minting(call) };
}

function calling({ server, app }: Instance, adminKey: string): Plugboard['call'] {
  const { host } = new URL(app.config.publicUrl);
  return async (operation, { key = adminKey, body, headers = {} } = {}) => {
    const [method, url] = operation.split(' ');
    if (!isMethod(method) || url === undefined) throw new Error(`"${operation}" is no method and path.`);
    const authorization = key === '' ? {} : { authorization: `Bearer ${key}` };
    const response = await server.inject({
      method,
      url,
      headers: { host, ...atOnce, ...authorization, ...headers },
      ...(body === undefined ? {} : { payload: asPayload(body) }),
    });
    const { statusCode: status, body: text } = response;
    return { status, headers: response.headers, body: asObject(text), text };
  };
}

const methods = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

function isMethod(text: string | undefined): text is (typeof methods)[number] {
  return methods.some((method) => method === text);
}

function asPayload(body: unknown): object | string {
  return typeof body === 'object' && body !== null ? body : JSON.stringify(body);
}

function asObject(text: string): Record<string, unknown> {
  const value = parseJson(text);
  if (Array.isArray(value)) return { items: value };
  return isRecord(value) ? value : {};
}

function minting(call: Plugboard['call']): Plugboard['mint'] {
  return async ({ by, ...wish } = {}) => {
    const key = by === undefined ? {} : { key: by };
    const minted = await call('POST /api/v1/api-keys', { ...key, body: { name: 'A test', ...wish } });
    if (minted.status !== 201) throw new Error(`No key was minted: ${minted.text}`);
    return String(minted.body['key']);
  };
}

function workspaceOf({ body }: ApiAnswer): string {
  const caller = body['caller'];
  return isRecord(caller) ? String(caller['workspace_id']) : '';
}
