import type { Step } from './step.ts';
import { takeStep } from './take-step.ts';
import type { World } from '../world.ts';

const first = { nth: 0 };
const may = { nth: 0, fitting: true };

/** By place: the end users called u_1 in all three workspaces, then those called u_2 in two of them. */
const users = [0, 1, 2, 3, 4].map((nth) => ({ nth }));
/** Of the two of the first workspace the tokens name its account. */
const named = new Set([0, 3]);
/** Behind the accounts of end users, each there three times, comes that of the first workspace. */
const shared = { nth: 18 };

/** What stands in every sequence before its first step: end users with an account, a token, a call that waits, and a link. */
const steps: readonly Step[] = [
  ...users.map((user): Step => ({ do: 'connect', by: may, user, connector: 'notes' })),
  { do: 'connect', by: may, user: first, connector: 'diary' },
  ...users.map((user): Step => ({ do: 'mint', by: may, user, connectors: undefined, names: named.has(user.nth) })),
  { do: 'mint', by: may, user: first, connectors: 'diary', names: false },
  ...users.map((account): Step => ({ do: 'ask', by: may, account })),
  { do: 'ask', by: { nth: 2, fitting: true }, account: shared },
  ...users.slice(0, 2).map((user): Step => ({ do: 'link', by: may, user, connectors: undefined, opens: user })),
  { do: 'link', by: may, user: first, connectors: 'notes', opens: undefined },
  { do: 'approval link', by: may, waiting: first, opens: { nth: 2 } },
];

/** Takes them, and answers when it is as every sequence finds it. */
export async function populate(world: World): Promise<void> {
  for (const step of steps) await takeStep(world, step);
}
