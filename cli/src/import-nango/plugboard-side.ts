import { setTimeout as sleep } from 'node:timers/promises';
import { isPlugboardError, type Plugboard } from '../../../sdk/src/index.ts';
import { markOf } from './metadata-of.ts';
import { fieldsOf, type NangoConnection, textOf } from './nango-connection.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A connector of ours, as far as an import asks. */
export interface KnownConnector {
  readonly id: string;
  readonly name: string;
  /** Its fields that are no secrets. */
  readonly fields: ReadonlySet<string>;
  /** Whether the OAuth app is there that renews its tokens; `undefined` where it signs in otherwise, or the key may not know. */
  readonly hasApp: boolean | undefined;
}

/** The connector; `undefined` where this server has none of this id. */
export async function findConnector(plugboard: Plugboard, id: string): Promise<KnownConnector | undefined> {
  try {
    const manifest = fieldsOf(await plugboard.request('GET', `/api/v1/connectors/${encodeURIComponent(id)}`));
    const fields = Array.isArray(manifest['fields']) ? manifest['fields'].map(fieldsOf) : [];
    const open = fields.filter(({ secret }) => secret !== true).flatMap(({ key }) => textOf(key) ?? []);
    const isOauth = Array.isArray(manifest['auth_modes']) && manifest['auth_modes'].includes('byo_oauth');
    return {
      id,
      name: textOf(manifest['name']) ?? id,
      fields: new Set(open.filter((key) => key !== 'client_id')),
      hasApp: isOauth ? await hasApp(plugboard, id) : undefined,
    };
  } catch (error) {
    if (isPlugboardError(error, 'NOT_FOUND')) return undefined;
    throw error;
  }
}

async function hasApp(plugboard: Plugboard, id: string): Promise<boolean | undefined> {
  try {
    const app = fieldsOf(await plugboard.request('GET', `/api/v1/oauth-apps/${encodeURIComponent(id)}`));
    return typeof app['source'] === 'string';
  } catch (error) {
    if (isPlugboardError(error, 'FORBIDDEN', 'NOT_FOUND')) return undefined;
    throw error;
  }
}

/** The id of the connection that an import made of this one, if any. */
export async function findImported(plugboard: Plugboard, connection: NangoConnection): Promise<string | undefined> {
  const marks = Object.entries(markOf(connection)).map(([name, value]) => [`metadata[${name}]`, value]);
  const query = { scope: 'end_users', ...Object.fromEntries(marks) };
  const found: unknown = await plugboard.request('GET', '/api/v1/connections', { query });
  return Array.isArray(found) ? textOf(fieldsOf(found[0])['id']) : undefined;
}

export interface NewImport {
  readonly connector: KnownConnector;
  readonly connection: NangoConnection;
  readonly security: Fields;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Makes the connection and answers its id, or why the server does not take it. */
export async function connect(
  plugboard: Plugboard,
  { connector, connection, security, metadata }: NewImport,
): Promise<{ readonly id: string } | { readonly refused: string }> {
  const { id, name, email } = connection.endUser;
  const endUser = { id, ...(name && { name }), ...(email && { email }) };
  const body = { name: connector.name, security, access_scope: 'personal', end_user: endUser, metadata };
  try {
    const path = `/v1/tools/connectors/${encodeURIComponent(connector.id)}/connect`;
    const made = textOf(fieldsOf(await plugboard.request('POST', path, { body }))['id']);
    return made === undefined ? { refused: 'It has no token: somebody has to sign in.' } : { id: made };
  } catch (error) {
    if (isPlugboardError(error, 'BAD_REQUEST', 'INVALID_INPUT', 'CONFLICT')) return { refused: error.message };
    throw error;
  }
}

/** What the provider made of the credentials so far. */
export type Verdict = { readonly is: 'taken' | 'awaited' } | { readonly is: 'refused'; readonly reason: string };

/** Milliseconds that the import waits for a verdict; the provider is asked again without it. */
const patienceMs = 10_000;

/** Waits for what the provider makes of the credentials, for a while. */
export async function awaitVerdict(plugboard: Plugboard, id: string, signal: AbortSignal): Promise<Verdict> {
  const until = Date.now() + patienceMs;
  for (let pauseMs = 50; Date.now() < until && !signal.aborted; pauseMs = Math.min(pauseMs * 2, 1_000)) {
    const { status, statusReason } = fieldsOf(await plugboard.request('GET', `/api/v1/connections/${id}`));
    if (status === 'connected') return { is: 'taken' };
    if (status !== 'pending') return { is: 'refused', reason: textOf(statusReason) ?? String(status) };
    await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
  }
  return { is: 'awaited' };
}

/** What is wrong with one connection alone; `undefined` where nobody can go on: somebody is away, does not take the key, or said stop. */
export function reasonOf(error: unknown): string | undefined {
  const isOfOne = isPlugboardError(error) && !ofAll.has(error.code);
  return isOfOne ? error.message : undefined;
}

const ofAll: ReadonlySet<string> = new Set([
  'UNREACHABLE',
  'TIMEOUT',
  'UNEXPECTED_ANSWER',
  'UNAUTHORIZED',
  'FORBIDDEN',
]);
