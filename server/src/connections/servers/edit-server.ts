import { grantsAuthority } from '../../access/acting.ts';
import { roleAtLeast } from '../../access/caller.ts';
import { originOf } from '../../catalog/origins.ts';
import { customServer } from '../../catalog/own-connectors.ts';
import type { Context } from '../../context.ts';
import { destroyCredentials, replaceHeaders, type SealedCredential } from '../../credentials/credential-store.ts';
import { sealCredentials } from '../../credentials/seal-credentials.ts';
import { headersAmong, headerSecrets } from '../../auth-modes/connection-headers.ts';
import { openCredentials } from '../../credentials/open-credentials.ts';
import { Failure } from '../../errors.ts';
import { enqueue } from '../../jobs/enqueue.ts';
import { type Beside, type ConnectionEdit, editConnection } from '../change-connection.ts';
import { waitingForSignIn } from '../checking/open-and-check.ts';
import type { Connection } from '../connection.ts';
import { forgetTools } from '../tools/store-tools.ts';
import { sessionKeyOf } from '../tools/mcp-server-of.ts';
import { isSubmitted } from '../values/availability.ts';
import { mayUseLoopback } from '../values/submitted-values.ts';
import { requireHeaders } from './add-server.ts';
import { readEndpoint } from './read-endpoint.ts';
import { readServerHeaders } from './read-server-headers.ts';
import { type NamedTransport, readTransport, type ServerTransport } from './server-transport.ts';
import { isCustom } from './shared-connections.ts';

/** What somebody changes about where a custom server is and what is sent to it; what is left out stays. */
export interface ServerEdit {
  readonly endpoint?: string | undefined;
  readonly transport?: NamedTransport | undefined;
  /** Takes the place of all headers there were. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/**
 * Changes a shared connection (RULINGS 001.9). Another address of another origin drops the secrets of a custom server unless
 * its headers are sent along (S1) and takes ADMIN, as adding one does; whatever changes about the server, it is checked anew.
 */
export async function editServer(
  ctx: Context,
  id: string,
  edit: Omit<ConnectionEdit, 'beside'> & ServerEdit,
): Promise<Connection> {
  const { endpoint, transport, headers, ...others } = edit;
  const left: string[] = [];
  const edited = await editConnection(ctx, id, {
    ...others,
    beside: async (connection) => {
      const next = await nextServer(ctx, connection, { endpoint, transport, headers });
      if (next === undefined) return undefined;
      left.push(sessionKeyOf(connection));
      return besideOf(ctx, connection, next);
    },
  });
  for (const key of left) ctx.mcp.drop(key);
  return edited;
}

/** A custom server as it is to be. */
interface NextServer {
  readonly endpoint: string;
  readonly transport: ServerTransport | undefined;
  /** All headers there are to be, sealed; absent: those there are. */
  readonly headers: readonly SealedCredential[] | undefined;
  /** Whether it is somebody else's now: another origin. */
  readonly moved: boolean;
  readonly changes: readonly string[];
}

/** What is to be after the edit, read and checked; `undefined` where it is so already. */
async function nextServer(ctx: Context, connection: Connection, edit: ServerEdit): Promise<NextServer | undefined> {
  const changes = Object.entries(edit).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  if (changes.length === 0) return undefined;
  if (!isCustom(connection)) throw new Failure('BAD_REQUEST', ofTheCatalog(connection, changes));
  if (connection.settings.command !== undefined) throw new Failure('BAD_REQUEST', ofAnAddress(changes));
  const { settings } = connection;
  const before = settings.servers[0]?.url ?? '';
  const endpoint = edit.endpoint === undefined ? before : await movedTo(ctx, before, edit.endpoint);
  const transport = edit.transport === undefined ? settings.transport : readTransport(edit.transport);
  const changed = [
    ...(endpoint === before ? [] : ['endpoint']),
    ...(transport === settings.transport ? [] : ['transport']),
    ...(edit.headers === undefined ? [] : ['headers']),
  ];
  if (changed.length === 0) return undefined;
  const moved = originOf(endpoint) !== originOf(before);
  const headers = edit.headers && (await sealHeaders(ctx, connection, { given: edit.headers, endpoint, moved }));
  return { endpoint, transport, headers, moved, changes: changed };
}

function ofTheCatalog({ connectorId }: Connection, [first = '']: readonly string[]): string {
  return `${first} is part of a custom server alone; this connection is one of ${connectorId}. Install it again instead.`;
}

function ofAnAddress([first = '']: readonly string[]): string {
  return `${first} is part of a server at an address; this one is a program of the operator's list. Add another instead.`;
}

async function movedTo(ctx: Context, before: string, given: string): Promise<string> {
  if (given === before) return before;
  if (!roleAtLeast(ctx.caller.role, 'ADMIN'))
    throw new Failure('FORBIDDEN', 'Another endpoint for a server is set by an ADMIN or above, as a new server is.');
  return readEndpoint(ctx, given);
}

interface GivenHeaders {
  readonly given: Readonly<Record<string, string>>;
  readonly endpoint: string;
  readonly moved: boolean;
}

/** A masked value stands for the one there is, which stays at its origin (S1, S17). */
async function sealHeaders(
  ctx: Context,
  connection: Connection,
  { given, endpoint, moved }: GivenHeaders,
): Promise<readonly SealedCredential[]> {
  const known = moved ? {} : headersAmong((await openCredentials(ctx, connection.id)).secrets);
  const headers = readServerHeaders(given, known);
  requireHeaders(connection.authMode, headers);
  const owner = { ...connection, generation: connection.generation + 1 };
  return sealCredentials(ctx.vault, owner, { secrets: headerSecrets(headers), origins: [new URL(endpoint).origin] });
}

function besideOf(ctx: Context, connection: Connection, next: NextServer): Beside {
  const { id, settings } = connection;
  const { endpoint, transport, changes } = next;
  const { isChecked, status } = afterwards(connection, next);
  return {
    changes,
    columns: {
      settings: JSON.stringify({ ...settings, servers: [{ url: endpoint }], transport }),
      ...status,
      generation: connection.generation + 1,
      ...(next.moved ? { identity: null, granted_scopes: '[]', expires_at: null } : {}),
      ...(changes.includes('endpoint') ? { loopback: mayUseLoopback(ctx, customServer) ? 1 : 0 } : {}),
    },
    record: async (trx) => {
      if (next.moved) await destroyCredentials(trx, id);
      if (next.headers) await replaceHeaders(trx, id, next.headers);
      if (changes.includes('endpoint')) await forgetTools(trx, id, { accepted: grantsAuthority(ctx.caller) });
      const uniqueKey = `${id}:${connection.generation + 1}`;
      if (isChecked)
        await enqueue(trx, ctx.clock, { kind: 'connection.check', payload: { connectionId: id }, uniqueKey });
    },
  };
}

interface Afterwards {
  /** Whether there is something to ask the server with. */
  readonly isChecked: boolean;
  /** What the connection is until the server has answered. */
  readonly status: Partial<Pick<Beside['columns'], 'status' | 'status_reason'>>;
}

/** What somebody signed in for stays signed in at its origin, until the server says otherwise. */
function afterwards({ authMode, status }: Connection, { moved, headers }: NextServer): Afterwards {
  if (!isSubmitted(authMode) && moved) return { isChecked: false, status: pendingAs(waitingForSignIn) };
  if (!isSubmitted(authMode)) return { isChecked: status !== 'pending', status: {} };
  if (authMode === 'pat' && moved && headers === undefined) return { isChecked: false, status: pendingAs(headersLeft) };
  return { isChecked: true, status: pendingAs('checking') };
}

function pendingAs(reason: string): Afterwards['status'] {
  return { status: 'pending', status_reason: reason };
}

const headersLeft = 'Its headers were given for another address. Send them again for this one.';
