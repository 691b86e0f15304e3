import { setImmediate as nextTurn } from 'node:timers/promises';
import type { NotNull } from 'kysely';
import type { App } from '../../context.ts';
import { appendEvent, systemActor } from '../../events/append-event.ts';
import type { HouseTask } from '../../jobs/keep-house.ts';
import { isoTime } from '../../lib/clock.ts';
import { subjectOf } from '../connection-events.ts';
import { dueWarning, firstWarningMs } from './expiry-warning.ts';

declare module '../../storage/schema.ts' {
  interface Tables {
    /** Which end of which token was announced, and how many hours before. */
    expiry_warnings: {
      workspace_id: WorkspaceColumn;
      connection_id: Fixed<string>;
      expires_at: Fixed<string>;
      hours: Fixed<number>;
    };
  }
}

type Warning = Pick<App, 'storage' | 'clock'>;

const atOnce = 500;

/** Announces the end of tokens that nothing renews, three days and one day before, each once (`connection.expiring`). */
export function warnOfExpiry(app: Warning): HouseTask {
  return { name: 'tokens that nothing renews', everyMs: 15 * 60_000, run: () => warnAll(app) };
}

async function warnAll(app: Warning): Promise<void> {
  let after: Ending | undefined;
  do {
    const page = await listEnding(app, after);
    for (const ending of page) {
      const hours = dueWarning({ expiresAt: Date.parse(ending.expiresAt), renewAt: ending.renewAt }, app.clock.now());
      if (hours !== undefined) await warn(app, ending, hours);
    }
    after = page.length < atOnce ? undefined : page.at(-1);
    await nextTurn();
  } while (after !== undefined);
  await forgetWarnings(app);
}

interface Ending {
  readonly id: string;
  readonly workspaceId: string;
  readonly connectorId: string;
  readonly expiresAt: string;
  readonly renewAt: number | null;
}

/** Connections that work and whose token ends soon, the soonest first, after this one. */
async function listEnding({ storage, clock }: Warning, after: Ending | undefined): Promise<readonly Ending[]> {
  const { expiresAt = isoTime(clock), id = '' } = after ?? {};
  return storage.rows
    .selectFrom('connections')
    .leftJoin('grants', (join) =>
      join
        .onRef('grants.workspace_id', '=', 'connections.workspace_id')
        .onRef('grants.connection_id', '=', 'connections.id'),
    )
    .select([
      'connections.id',
      'connections.workspace_id as workspaceId',
      'connections.connector_id as connectorId',
      'connections.expires_at as expiresAt',
      'grants.renew_at as renewAt',
    ])
    .where('connections.expires_at', '<=', isoTime(clock, firstWarningMs))
    .where(({ eb, refTuple, tuple }) =>
      eb(refTuple('connections.expires_at', 'connections.id'), '>', tuple(expiresAt, id)),
    )
    .where('connections.status', '=', 'connected')
    .where('connections.deleted_at', 'is', null)
    .orderBy('connections.expires_at')
    .orderBy('connections.id')
    .limit(atOnce)
    .$narrowType<{ expiresAt: NotNull }>()
    .execute();
}

/** The warning and its event are there together; where it was given already, or a later one, nothing is. */
async function warn({ storage, clock }: Warning, ending: Ending, hours: number): Promise<void> {
  const { id, workspaceId, connectorId, expiresAt } = ending;
  const db = storage.workspace(workspaceId);
  const given = db.rows.selectFrom('expiry_warnings').select('hours').where('connection_id', '=', id);
  if ((await given.where('expires_at', '=', expiresAt).where('hours', '<=', hours).execute()).length > 0) return;
  await db.transact(async (trx) => {
    const put = await trx.rows
      .insertInto('expiry_warnings')
      .values({ connection_id: id, expires_at: expiresAt, hours })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    if ((put.numInsertedOrUpdatedRows ?? 0n) === 0n) return;
    await appendEvent(trx, clock, {
      type: 'connection.expiring',
      actor: systemActor,
      subject: subjectOf({ id }),
      data: { connector: connectorId, expires_at: expiresAt, hours },
    });
  });
}

/** Of tokens that are over. */
async function forgetWarnings({ storage, clock }: Warning): Promise<void> {
  const before = isoTime(clock, -firstWarningMs);
  await storage.transact(({ rows }) => rows.deleteFrom('expiry_warnings').where('expires_at', '<', before).execute());
}
