import type { HouseTask } from '../../jobs/keep-house.ts';
import { describeError } from '../../jobs/describe-error.ts';
import { databaseTime } from '../../storage/leases/database-time.ts';
import { renew, type Renewing } from './renew.ts';

const everyMs = 15_000;
/** Tokens a round, and how many of them at a time. */
const mostPerRound = 64;
const atOnce = 8;

/**
 * Renews tokens whose end is near, whether or not anybody is using them, on every replica: who comes second finds it done. The
 * time each is due has chance in it. The first round keeps no process from starting.
 */
export function renewInBackground(app: Renewing): HouseTask {
  let isFirst = true;
  return {
    name: 'tokens that are about to expire',
    everyMs,
    async run() {
      const round = renewDue(app);
      if (!isFirst) return round;
      isFirst = false;
      round.catch((error: unknown) => app.log.warn({ reason: describeError(error) }, 'No token could be renewed yet.'));
    },
  };
}

interface Due {
  readonly workspaceId: string;
  readonly connectionId: string;
}

async function renewDue(app: Renewing): Promise<void> {
  const due = [...(await listDue(app))];
  const work = async (): Promise<void> => {
    for (let next = due.shift(); next !== undefined && !app.deadline.aborted; next = due.shift()) {
      await renewOne(app, next);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}

/** One that cannot be renewed for a reason of its own holds up no other. */
async function renewOne(app: Renewing, due: Due): Promise<void> {
  try {
    await renew(app, { ...due, reason: 'expiring' });
  } catch (error) {
    const facts = { connection: due.connectionId, reason: describeError(error) };
    app.log.warn(facts, 'A token could not be renewed. It is tried again.');
  }
}

/** Of connections that work, the longest due first; those that somebody is renewing are left to them. */
function listDue({ storage, clock }: Renewing): Promise<readonly Due[]> {
  const free = databaseTime(storage.engine);
  return storage.rows
    .selectFrom('grants')
    .innerJoin('connections', (join) =>
      join
        .onRef('connections.workspace_id', '=', 'grants.workspace_id')
        .onRef('connections.id', '=', 'grants.connection_id'),
    )
    .select(['grants.workspace_id as workspaceId', 'grants.connection_id as connectionId'])
    .where('grants.renew_at', '<=', clock.now())
    .where(({ eb, or }) => or([eb('grants.lease_until', 'is', null), eb('grants.lease_until', '<=', free)]))
    .where('connections.status', '=', 'connected')
    .where('connections.deleted_at', 'is', null)
    .orderBy('grants.renew_at')
    .orderBy('grants.connection_id')
    .limit(mostPerRound)
    .execute();
}
