import type { Caller } from '../access/caller.ts';
import { bumpGeneration } from '../access/generations.ts';
import type { Context } from '../context.ts';
import { destroyCredentials } from '../credentials/credential-store.ts';
import { Failure } from '../errors.ts';
import { actorOf, appendEvent } from '../events/append-event.ts';
import { isoTime } from '../lib/clock.ts';
import type { WorkspaceTrx } from '../storage/storage.ts';
import type { Connection } from './connection.ts';
import { subjectOf } from './connection-events.ts';
import { changeConnection, type ConnectionRow } from './connection-store.ts';
import { manageConnection, revocableConnection, seeConnection } from './see-connection.ts';
import { listSwitches, setSwitches, type ToolSwitches, untouchedSwitches } from './tools/tool-switches.ts';

/** Renames a connection or switches it off and on; the handle stays (RULINGS 004.8). Switching back on is for a person (S3). */
export async function editConnection(
  ctx: Context,
  id: string,
  edit: { readonly label?: string | undefined; readonly isActive?: boolean | undefined },
): Promise<Connection> {
  const connection = await manageConnection(ctx, id);
  const switched = edit.isActive !== undefined && edit.isActive !== connection.isActive;
  if (switched && edit.isActive && !mayLoosen(ctx.caller)) throw new Failure('FORBIDDEN', loosening);
  const change: Partial<ConnectionRow> = {
    ...(edit.label === undefined ? {} : { label: edit.label }),
    ...(switched ? { is_active: edit.isActive ? 1 : 0 } : {}),
  };
  await ctx.db.transact(async (trx) => {
    await apply(trx, { ctx, connection, change });
    await appendEvent(trx, ctx.clock, {
      type: 'connection.changed',
      actor: actorOf(ctx.caller),
      subject: subjectOf(connection),
      data: { changes: Object.keys(change) },
    });
  });
  return seeConnection(ctx, id);
}

/** Revokes a connection: its secrets are destroyed, the row stays for the record (004.7). A second time it is NOT_FOUND. */
export async function deleteConnection(ctx: Context, id: string): Promise<void> {
  const connection = await revocableConnection(ctx, id);
  const change = {
    status: 'revoked',
    status_reason: 'Deleted.',
    is_active: 0,
    deleted_at: isoTime(ctx.clock),
  } as const;
  await ctx.db.transact(async (trx) => {
    await apply(trx, { ctx, connection, change });
    await destroyCredentials(trx, id);
    await appendEvent(trx, ctx.clock, {
      type: 'connection.revoked',
      actor: actorOf(ctx.caller),
      subject: subjectOf(connection),
      data: { connector: connection.connectorId },
    });
  });
}

/** Switches one tool of a connection off, or makes it ask (RULINGS 004.8). */
export async function editToolSwitches(
  ctx: Context,
  id: string,
  edit: {
    readonly tool: string;
    readonly disabled?: boolean | undefined;
    readonly requiresConfirmation?: boolean | undefined;
  },
): Promise<ToolSwitches> {
  const connection = await manageConnection(ctx, id);
  return ctx.db.transact(async (trx) => {
    await bumpGeneration(trx);
    const before = (await listSwitches(trx, id)).get(edit.tool) ?? untouchedSwitches;
    const switches = {
      disabled: edit.disabled ?? before.disabled,
      requiresConfirmation: edit.requiresConfirmation ?? before.requiresConfirmation,
    };
    if (loosens(before, switches) && !mayLoosen(ctx.caller)) throw new Failure('FORBIDDEN', loosening);
    await setSwitches(trx, id, { name: edit.tool, switches });
    await appendEvent(trx, ctx.clock, {
      type: 'connection.tool_changed',
      actor: actorOf(ctx.caller),
      subject: subjectOf(connection),
      data: {
        tool: edit.tool,
        disabled: switches.disabled,
        requires_confirmation: switches.requiresConfirmation ?? null,
      },
    });
    return switches;
  });
}

const loosening =
  'Switching a connection or a tool back on, or letting it run without a person, takes a person who is signed in or a key with the scope admin.';

function loosens(before: ToolSwitches, after: ToolSwitches): boolean {
  return (
    (before.disabled && !after.disabled) ||
    (before.requiresConfirmation === true && after.requiresConfirmation !== true)
  );
}

/** Whether the caller may loosen what holds agents back: a person's session, or a key no agent can have (S3). */
function mayLoosen(caller: Caller): boolean {
  return caller.via === 'session' || caller.scopes.has('admin');
}

interface Change {
  readonly ctx: Context;
  readonly connection: Connection;
  readonly change: Partial<ConnectionRow>;
}

async function apply(trx: WorkspaceTrx, { ctx, connection, change }: Change): Promise<void> {
  await bumpGeneration(trx);
  const changed = await changeConnection(trx, connection, { ...change, updated_at: isoTime(ctx.clock) });
  if (!changed)
    throw new Failure('CONFLICT', 'The connection was changed by somebody else meanwhile. Look at it and try again.');
}
