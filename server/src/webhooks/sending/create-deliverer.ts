import type { App } from '../../context.ts';
import { createLoop } from '../../events/outbox/create-loop.ts';
import { describeError } from '../../jobs/describe-error.ts';
import { randomToken } from '../../lib/ids.ts';
import { type SendingDesk, takeTurn } from './take-turn.ts';
import { type DueWebhook, listDueWebhooks } from './webhook-lease.ts';

/** Sends what waits, on as many processes as there are: to one webhook never two of them at once. */
export interface Deliverer {
  start(): void;
  /** Has it look now: something was written. */
  look(): void;
  /** Begins nothing more and waits for what is under way, a few seconds. */
  stop(): Promise<void>;
}

/** Webhooks at a time, and of one workspace, so that those that hang never keep the others waiting. */
const mostTurns = 64;
const mostOfWorkspace = 8;
const everyMs = 500;

/** Built once per process. */
export function createDeliverer(
  app: Pick<App, 'storage' | 'clock' | 'config' | 'egress' | 'vault' | 'log'>,
): Deliverer {
  const leaving = new AbortController();
  const running = new Map<Promise<void>, DueWebhook>();
  const isCrowded = () => running.size >= mostTurns / 2;
  const desk: SendingDesk = { ...app, owner: randomToken(12), leaving: leaving.signal, isCrowded };
  const begin = (due: DueWebhook): void => {
    const turn = turnOf(desk, due).finally(() => {
      running.delete(turn);
      loop.look();
    });
    running.set(turn, due);
  };
  const work = async (): Promise<boolean> => {
    for (const due of await chooseDue(desk, [...running.values()])) begin(due);
    return false;
  };
  const loop = createLoop({ work, everyMs, log: app.log, name: 'webhooks' });
  return {
    start: loop.look,
    look: loop.look,
    async stop() {
      leaving.abort(new Error('The process ends.'));
      await loop.stop();
      await Promise.all(running.keys());
    },
  };
}

/** Whatever goes wrong is in the log: the lease runs out, and somebody tries again. */
async function turnOf(desk: SendingDesk, due: DueWebhook): Promise<void> {
  try {
    await takeTurn(desk, due);
  } catch (error) {
    const facts = { webhook: due.id, workspace: due.workspaceId, reason: describeError(error) };
    desk.log.warn(facts, 'What was sent to a webhook could not be written down. It is sent again.');
  }
}

/** Webhooks for which there is room, workspaces that have the fewest first. */
async function chooseDue(
  { storage, clock }: SendingDesk,
  running: readonly DueWebhook[],
): Promise<readonly DueWebhook[]> {
  const room = mostTurns - running.length;
  if (room <= 0) return [];
  const counts = countByWorkspace(running);
  const full = [...counts].flatMap(([workspaceId, count]) => (count >= mostOfWorkspace ? [workspaceId] : []));
  const due = await listDueWebhooks(storage, { now: clock.now(), without: full, limit: 2 * mostTurns });
  const idle = due.filter(({ id }) => !running.some((busy) => busy.id === id));
  return fairly(idle, counts).slice(0, room);
}

function fairly(due: readonly DueWebhook[], running: ReadonlyMap<string, number>): readonly DueWebhook[] {
  const counts = new Map(running);
  const ranked = due.map((webhook) => {
    const rank = counts.get(webhook.workspaceId) ?? 0;
    counts.set(webhook.workspaceId, rank + 1);
    return { webhook, rank };
  });
  const within = ranked.filter(({ rank }) => rank < mostOfWorkspace);
  return within.toSorted((one, other) => one.rank - other.rank).map(({ webhook }) => webhook);
}

function countByWorkspace(running: readonly DueWebhook[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { workspaceId } of running) counts.set(workspaceId, (counts.get(workspaceId) ?? 0) + 1);
  return counts;
}
