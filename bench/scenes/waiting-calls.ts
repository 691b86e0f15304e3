import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import { quantile } from '../load/statistics.ts';
import { residentMb } from '../processes/process-use.ts';
import { countWrong, readIssue, type Scene, type Stage, type Timed } from './scene.ts';

const waiting = 1_000;
const upstreamMs = 2_000;
const quickCalls = 40;

/** A thousand calls wait two seconds for their provider at once; somebody else's quick calls go on meanwhile. */
export async function waitingCalls(stage: Stage): Promise<Scene> {
  const { plugboard, connected } = stage;
  const crowd = new Pool(plugboard.url, { connections: waiting, headersTimeout: 60_000 });
  const other = new Pool(plugboard.url, { connections: 1 });
  const caller = { key: connected.agentKey, connection: connected.gitlab };
  try {
    await stage.loopDelay();
    const startedAt = performance.now();
    const slow = Promise.all(
      Array.from({ length: waiting }, (_, index) => readIssue(crowd, { ...caller, project: `slow-${index}` })),
    );
    await sleep(upstreamMs / 4);
    const quick = await quickOnes(other, caller);
    const megabytes = residentMb(plugboard.pid) ?? Number.NaN;
    const answers = await slow;
    const times = quick.map(({ ms }) => ms).toSorted((one, two) => one - two);
    return {
      title: `${waiting} calls waiting on an upstream of ${upstreamMs / 1_000} s`,
      figures: {
        'all answered after, ms': performance.now() - startedAt,
        'quick calls meanwhile, p50 ms': quantile(times, 0.5),
        'quick calls meanwhile, p99 ms': quantile(times, 0.99),
        'memory meanwhile, MB': megabytes,
        'event loop p99, ms': await stage.loopDelay(),
      },
      errors: countWrong(answers) + countWrong(quick),
    };
  } finally {
    await Promise.all([crowd.destroy(), other.destroy()]);
  }
}

async function quickOnes(
  client: Pool,
  caller: { readonly key: string; readonly connection: string },
): Promise<readonly Timed[]> {
  const answers: Timed[] = [];
  for (let index = 0; index < quickCalls; index += 1)
    answers.push(await readIssue(client, { ...caller, project: `quick-${index}` }));
  return answers;
}
