import { Pool } from 'undici';
import { connectGitlab, mintKey, newWorkspace } from '../plugboard/connect-upstreams.ts';
import { quantile } from '../load/statistics.ts';
import { countWrong, readIssue, type Scene, type Stage, type Timed } from './scene.ts';

const noisyAtOnce = 64;
const calls = 300;

/** One workspace calls as fast as it can, the other now and then: what the quiet one's calls take, alone and beside it. */
export async function noisyNeighbour(stage: Stage): Promise<Scene> {
  const { plugboard, connected } = stage;
  const quiet = await quietWorkspace(stage);
  const pool = new Pool(plugboard.url, { connections: noisyAtOnce });
  const own = new Pool(plugboard.url, { connections: 1 });
  const noise = { key: connected.agentKey, connection: connected.gitlab };
  try {
    const alone = await inTurn(own, quiet);
    const noisy = startNoise(pool, noise);
    const beside = await inTurn(own, quiet);
    const made = await noisy.stop();
    const [before, after] = [alone, beside].map((answers) =>
      answers.map(({ ms }) => ms).toSorted((one, two) => one - two),
    );
    return {
      title: `A quiet workspace beside one with ${noisyAtOnce} calls under way`,
      figures: {
        'alone, p50 ms': quantile(before ?? [], 0.5),
        'alone, p99 ms': quantile(before ?? [], 0.99),
        'beside it, p50 ms': quantile(after ?? [], 0.5),
        'beside it, p99 ms': quantile(after ?? [], 0.99),
        'calls of the noisy one meanwhile': made.calls,
      },
      errors: countWrong(alone) + countWrong(beside) + made.errors,
    };
  } finally {
    await Promise.all([pool.destroy(), own.destroy()]);
  }
}

interface Caller {
  readonly key: string;
  readonly connection: string;
}

async function quietWorkspace({ plugboard, adminKey, upstreams }: Stage): Promise<Caller> {
  const site = await newWorkspace({ url: plugboard.url, adminKey }, 'quiet');
  return { connection: await connectGitlab(site, upstreams['gitlab'] ?? ''), key: await mintKey(site) };
}

async function inTurn(client: Pool, caller: Caller): Promise<readonly Timed[]> {
  const answers: Timed[] = [];
  for (let index = 0; index < calls; index += 1)
    answers.push(await readIssue(client, { ...caller, project: `quiet-${index}` }));
  return answers;
}

function startNoise(client: Pool, caller: Caller) {
  const state = { goesOn: true, calls: 0, errors: 0 };
  const workers = Array.from({ length: noisyAtOnce }, async () => {
    while (state.goesOn) {
      const { isRight } = await readIssue(client, { ...caller, project: `noise-${state.calls}` });
      state.calls += 1;
      if (!isRight) state.errors += 1;
    }
  });
  return {
    async stop() {
      state.goesOn = false;
      await Promise.all(workers);
      return state;
    },
  };
}
