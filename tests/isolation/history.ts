import * as fc from 'fast-check';
import { askToWrite, callAllByMcp, read } from './steps/calling.ts';
import { connectFor, mintToken, signToken } from './steps/connecting.ts';
import { decide, linkToApproval, press } from './steps/deciding.ts';
import { endToken, erase, revoke } from './steps/ending.ts';
import { fillForm, makeLink, openLink } from './steps/linking.ts';
import { look } from './steps/looking.ts';
import type { World } from './world.ts';

const anyDeed = fc.oneof(
  { weight: 5, arbitrary: connectFor.any },
  { weight: 5, arbitrary: mintToken.any },
  { weight: 3, arbitrary: signToken.any },
  { weight: 8, arbitrary: read.any },
  { weight: 6, arbitrary: askToWrite.any },
  { weight: 2, arbitrary: callAllByMcp.any },
  { weight: 10, arbitrary: look.any },
  { weight: 4, arbitrary: makeLink.any },
  { weight: 5, arbitrary: openLink.any },
  { weight: 5, arbitrary: fillForm.any },
  { weight: 6, arbitrary: decide.any },
  { weight: 4, arbitrary: linkToApproval.any },
  { weight: 4, arbitrary: press.any },
  { weight: 1, arbitrary: endToken.any },
  { weight: 1, arbitrary: revoke.any },
  { weight: 1, arbitrary: erase.any },
);

/** What people do, in any order. */
export const history = fc.noBias(fc.array(anyDeed, { minLength: 30, maxLength: 60, size: 'max' }));

/** In the order of `pickUser`: those called u_1 in all three workspaces, those called u_2 in two, and one with a name of their own. */
const users = [0, 1, 2, 3, 4, 6];
const by = { nth: 0, fitting: true };
/** Behind the connections of end users, each there three times, comes that of the first workspace. */
const shared = 3 * (users.length + 1);

/** What stands before every history: end users with connections, tokens, calls that wait, and links. */
export async function populate(world: World): Promise<void> {
  for (const user of users) await connectFor.take(world, { by, user });
  await connectFor.take(world, { by, user: 0 });
  for (const user of users) {
    const names = user === 0 || user === 3 ? 'shared' : 'nothing';
    await mintToken.take(world, { by, user, names, foreign: 0 });
  }
  for (const connection of users.keys()) await askToWrite.take(world, { by, connection });
  await askToWrite.take(world, { by: { nth: 1, fitting: true }, connection: shared });
  for (const user of [0, 1]) await makeLink.take(world, { by, user, opens: user });
  await makeLink.take(world, { by, user: 0, opens: undefined });
  await linkToApproval.take(world, { by, waiting: 0, opens: 2 });
}
