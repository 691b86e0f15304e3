import { Client } from 'undici';
import { median } from '../load/statistics.ts';
import { startPlugboard } from '../plugboard/start-plugboard.ts';
import { readIssue, type Scene, type Stage } from './scene.ts';

const starts = 3;

/** The first call that an agent makes after a start, connections and keys being there already. */
export async function firstCall(
  { connected }: Pick<Stage, 'connected'>,
  restart: { readonly dataDir: string; readonly settings: Readonly<Record<string, string>> },
): Promise<Scene> {
  const found = [];
  for (let index = 0; index < starts; index += 1) found.push(await startAndCall(index));
  return {
    title: `The first call after a start (medians of ${starts})`,
    figures: {
      'first call, ms': median(found.map(({ first }) => first.ms)),
      'second call, ms': median(found.map(({ second }) => second.ms)),
      'from the start of the process to the first answer, ms': median(found.map(({ allMs }) => allMs)),
    },
    errors: found.flatMap(({ first, second }) => [first, second]).filter(({ isRight }) => !isRight).length,
  };

  async function startAndCall(index: number) {
    const plugboard = await startPlugboard(restart.dataDir, restart.settings);
    const client = new Client(plugboard.url);
    const caller = { key: connected.agentKey, connection: connected.gitlab, project: `first-${index}` };
    try {
      const first = await readIssue(client, caller);
      const second = await readIssue(client, caller);
      return { first, second, allMs: plugboard.readyMs + first.ms };
    } finally {
      await client.destroy();
      await plugboard.stop();
    }
  }
}
