import { describeError } from '../../jobs/describe-error.ts';
import type { Storage } from '../../storage/storage.ts';
import type { Connection } from '../connection.ts';
import { renew, type Renewal, type Renewing } from './renew.ts';

/** Which token was looked at, and when it is worth looking again, in milliseconds since the epoch. */
interface Look {
  readonly version: string;
  readonly after: number;
}

const looks = new WeakMap<Storage, Map<string, Look>>();
const most = 10_000;
const againMs = 5_000;

/** Has a token renewed beside whatever needs it, and asks no database again for one that was looked at and is not due. */
export function renewSoon(app: Renewing, connection: Connection): void {
  const { id, workspaceId } = connection;
  const version = `${connection.generation}.${connection.credentialsVersion}`;
  const known = looks.get(app.storage) ?? new Map<string, Look>();
  looks.set(app.storage, known);
  const now = app.clock.now();
  const last = known.get(id);
  if (last !== undefined && last.version === version && last.after > now) return;
  note(known, id, { version, after: now + againMs });
  const target = { workspaceId, connectionId: id, reason: 'expiring', seen: connection } as const;
  renew(app, target).then(
    (renewal) => note(known, id, { version, after: nextLook(renewal, now) }),
    (error: unknown) =>
      app.log.warn(
        { connection: id, reason: describeError(error) },
        'A token could not be renewed. It is tried again.',
      ),
  );
}

function nextLook(renewal: Renewal, now: number): number {
  switch (renewal.is) {
    case 'held':
      return now + renewal.forMs;
    case 'later':
      return renewal.until ?? Number.POSITIVE_INFINITY;
    default:
      return Number.POSITIVE_INFINITY;
  }
}

function note(known: Map<string, Look>, id: string, look: Look): void {
  known.delete(id);
  known.set(id, look);
  const [oldest] = known.keys();
  if (known.size > most && oldest !== undefined) known.delete(oldest);
}
