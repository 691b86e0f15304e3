import { grantsAuthority } from '../access/acting.ts';
import type { Caller } from '../access/caller.ts';
import { bumpGeneration } from '../access/generations.ts';
import type { Context } from '../context.ts';
import { Failure } from '../errors.ts';
import { actorOf, appendEvent, type EventTypes } from '../events/append-event.ts';
import { isoTime } from '../lib/clock.ts';
import type { WorkspaceTrx } from '../storage/storage.ts';
import type { Connection } from './connection.ts';
import { subjectOf } from './connection-events.ts';
import { changeConnection, type ConnectionRow, justWritten } from './connection-store.ts';
import { isSameMetadata, mergeMetadata, type MetadataChange } from './metadata/merge-metadata.ts';
import { manageConnection } from './see-connection.ts';
import { type Sharing, shareWith } from './share-connection.ts';
import { listSwitches, setSwitches, type ToolSwitches, untouchedSwitches } from './tools/tool-switches.ts';

/** What somebody changes about a connection; what is left out stays. */
export interface ConnectionEdit {
  readonly label?: string | undefined;
  readonly isActive?: boolean | undefined;
  readonly sharing?: Sharing | undefined;
  /** What an app writes on it; null takes a key away. */
  readonly metadata?: MetadataChange | undefined;
  /** What else changes, decided on the very connection that is changed. */
  readonly beside?: ((connection: Connection) => Promise<Beside | undefined>) | undefined;
}

/** What changes with an edit, in its transaction. */
export interface Beside {
  /** What the event calls it. */
  readonly changes: readonly string[];
  readonly columns: Partial<
    Omit<ConnectionRow, 'label' | 'is_active' | 'scope' | 'owner_user_id' | 'crew_id' | 'metadata'>
  >;
  readonly record: (trx: WorkspaceTrx) => Promise<void>;
}

/**
 * Renames a connection, switches it off and on, or shares it; the handle stays (RULINGS 004.8). Switching back on and letting
 * others use it is for a person (S3). What is as it was asked for already changes nothing and is no event.
 */
export async function editConnection(ctx: Context, id: string, edit: ConnectionEdit): Promise<Connection> {
  const connection = await manageConnection(ctx, id);
  const own = ownChanges(ctx.caller, connection, edit);
  const beside = await edit.beside?.(connection);
  return ctx.db.transact(async (trx) => {
    await bumpGeneration(trx);
    const { sharing } = edit;
    const shared = sharing === undefined ? {} : await shareWith(trx, { caller: ctx.caller, connection, sharing });
    const written = edit.metadata === undefined ? {} : await metadataColumn(trx, connection, edit.metadata);
    const change = { ...own, ...shared, ...written, ...beside?.columns };
    if (Object.keys(change).length === 0) return connection;
    await apply(trx, { ctx, connection, change });
    await beside?.record(trx);
    await appendEvent(trx, ctx.clock, {
      type: 'connection.changed',
      actor: actorOf(ctx.caller),
      subject: subjectOf(connection),
      data: eventData(connection, { ...own, ...shared }, [...Object.keys(written), ...(beside?.changes ?? [])]),
    });
    return justWritten(trx, id);
  });
}

/** What the metadata is now, since nobody else changes it any more; none where it is so already. */
async function metadataColumn(
  trx: WorkspaceTrx,
  { id }: Connection,
  change: MetadataChange,
): Promise<Partial<Pick<ConnectionRow, 'metadata'>>> {
  const { metadata: before } = await justWritten(trx, id);
  const after = mergeMetadata(before, change);
  return isSameMetadata(before, after) ? {} : { metadata: JSON.stringify(after) };
}

type Edited = Partial<
  Pick<ConnectionRow, 'label' | 'is_active' | 'scope' | 'owner_user_id' | 'crew_id' | 'generation'>
>;

function ownChanges(caller: Caller, connection: Connection, { label, isActive }: ConnectionEdit): Edited {
  const switched = isActive !== undefined && isActive !== connection.isActive;
  if (switched && isActive && !grantsAuthority(caller)) throw new Failure('FORBIDDEN', loosening);
  return {
    ...(label === undefined || label === connection.label ? {} : { label }),
    ...(switched ? { is_active: isActive ? 1 : 0 } : {}),
  };
}

/** The names of what changed, and who had the connection before and has it now. */
function eventData(
  before: Connection,
  { label, is_active, scope, crew_id }: Edited,
  others: readonly string[],
): EventTypes['connection.changed'] {
  const own = [...(label === undefined ? [] : ['label']), ...(is_active === undefined ? [] : ['is_active'])];
  const changes = [...own, ...others];
  if (scope === undefined) return { changes };
  const shared = { from: before.scope, from_crew: before.crewId, to: scope, to_crew: crew_id ?? null };
  return { changes: [...changes, 'scope'], shared };
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
    if (loosens(before, switches) && !grantsAuthority(ctx.caller)) throw new Failure('FORBIDDEN', loosening);
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
