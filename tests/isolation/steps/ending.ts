import { expect } from 'vitest';
import { setTimeout } from 'node:timers/promises';
import { ask } from '../asking.ts';
import { asSeenBy, did, externalIdOf, knownAt, pick, pickReader, pickUser } from '../choosing.ts';
import { refusals } from './connecting.ts';
import { type Account, type EndUser, isEndUser, manages, mayCall, type Reader } from '../model.ts';
import type { StepOf } from './step.ts';
import type { World } from '../world.ts';

/** Somebody ends a token. */
export async function endToken(world: World, { by, token: which }: StepOf<'end token'>): Promise<void> {
  const token = pick(
    world.made.tokens.filter(({ id }) => id !== 'signed'),
    which,
  );
  if (token === undefined) return;
  const reader = pickReader(world, by, (each) => manages(each, token.endUser.workspace));
  const answer = await ask(world, reader, { to: `DELETE /api/v1/user-tokens/${token.id}` });
  if (!manages(reader, token.endUser.workspace) || token.isOver)
    return expect(refusals, answer.text).toContain(answer.status);
  expect(answer.status, answer.text).toBe(204);
  token.isOver = true;
  did(world, 'end token');
}

/** Somebody revokes an account of an end user. */
export async function revoke(world: World, { by, account: which }: StepOf<'revoke'>): Promise<void> {
  const account = pick(
    world.made.accounts.filter(({ owner }) => isEndUser(owner)),
    which,
  );
  if (account === undefined) return;
  const reader = pickReader(world, by, (each) => revokes(each, account));
  const answer = await ask(world, reader, { to: `DELETE /api/v1/connections/${account.id}` });
  if (!revokes(reader, account)) return expect(refusals, answer.text).toContain(answer.status);
  expect(answer.status, answer.text).toBe(200);
  account.isLive = false;
  did(world, 'revoke');
}

function revokes(reader: Reader, account: Account): boolean {
  if (!account.isLive) return false;
  return manages(reader, account.workspace) || (reader.kind === 'token' && mayCall(reader, account));
}

/** Somebody erases an end user: those called the same in other workspaces are others. */
export async function erase(world: World, { by, user }: StepOf<'erase'>): Promise<void> {
  const chosen = pickUser(world, user);
  const reader = pickReader(world, by, (each) => manages(each, chosen.place.id));
  const meant = asSeenBy(world, reader, chosen);
  const externalId = externalIdOf(world, meant);
  const endUser = knownAt(world, meant.place.id, externalId);
  const to = `DELETE /api/v1/end-users/${externalId}`;
  // What is answered names them no more, so they are gone before it is looked at.
  if (endUser !== undefined && manages(reader, meant.place.id)) return eraseKnown(world, { reader, endUser, to });
  const answer = await ask(world, reader, { to });
  if (!manages(reader, meant.place.id)) expect(refusals, answer.text).toContain(answer.status);
}

interface Erasing {
  readonly reader: Reader;
  readonly endUser: EndUser;
  readonly to: string;
}

async function eraseKnown(world: World, { reader, endUser, to }: Erasing): Promise<void> {
  const { accounts, tokens } = world.made;
  for (const token of tokens) if (token.endUser === endUser) token.isOver = true;
  for (const account of accounts) if (account.owner === endUser) account.isLive = false;
  let answer = await ask(world, reader, { to });
  while (answer.status === 202) {
    await setTimeout(20);
    answer = await ask(world, reader, { to });
  }
  expect(answer.status, answer.text).toBe(200);
  endUser.isErased = true;
  did(world, 'erase');
}
