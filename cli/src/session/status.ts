import { type Connection, isPlugboardError, type Plugboard } from '../../../sdk/src/index.ts';
import type { Command } from '../command.ts';
import { connect, findTarget } from '../connect.ts';
import { readArguments, refuseMore, serverHelp, serverOptions } from '../read-arguments.ts';
import { plain, print, table } from '../terminal.ts';
import { describeCaller } from './describe-caller.ts';

/** `plugboard status`: which server, as whom, and what wants attention there. */
export const status: Command = {
  summary: 'which server this is, as whom, and what wants attention',
  help: `plugboard status

${serverHelp}`,
  async run(args, env) {
    const { values, positionals } = readArguments(args, serverOptions);
    refuseMore(positionals);
    const { url, source } = findTarget(env, values);
    const plugboard = connect(env, values);
    const me = await plugboard.me.get();
    const [connections, waiting] = await Promise.all([countConnections(plugboard), countWaiting(plugboard)]);
    const found = { url, key_from: source, principal: me.principal, caller: me.caller, connections, waiting };
    return print(values.json, found, () =>
      table([
        ['Server', url],
        ['Signed in', describeCaller(me)],
        ['Key', `${me.caller?.key?.kind ?? me.via}, from ${source}`],
        ['Connections', counted(connections)],
        ['Approvals', waiting === null ? 'not yours to see' : waitingWords(waiting)],
      ]),
    );
  },
};

type Counts = Readonly<Partial<Record<Connection['status'], number>>> | null;

async function countConnections(plugboard: Plugboard): Promise<Counts> {
  return orNull(async () => {
    const [own, shared] = await Promise.all([plugboard.connections.list().all(), plugboard.integrations.list().all()]);
    const byId = new Map([...own, ...shared].map(({ id, status: state }) => [id, state]));
    const states = [...byId.values()];
    return Object.fromEntries(states.map((state) => [state, states.filter((each) => each === state).length]));
  });
}

const mostCounted = 100;

function countWaiting(plugboard: Plugboard): Promise<number | null> {
  return orNull(
    async () => (await plugboard.approvals.list({ status: 'pending', limit: mostCounted }).page()).data.length,
  );
}

/** `null` where the key may not see it. */
async function orNull<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (isPlugboardError(error, 'FORBIDDEN')) return null;
    throw error;
  }
}

function counted(counts: Counts): string {
  if (counts === null) return 'not yours to see';
  const words = Object.entries(counts).map(([state, count]) => `${count} ${state}`);
  return words.length === 0 ? 'none yet: plugboard connect <connector>' : plain(words.join(', '));
}

function waitingWords(count: number): string {
  if (count === 0) return 'none waits';
  const many = count >= mostCounted ? `${mostCounted} or more` : String(count);
  return `${many} waiting: plugboard approvals list`;
}
