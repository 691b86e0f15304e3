import { setTimeout } from 'node:timers/promises';
import { expect } from 'vitest';
import { ask } from '../asking.ts';
import { asSeenBy, did, externalIdOf, knownAt, ofEndUsers, pick, pickReader, pickUser } from '../choosing.ts';
import { type Connection, type EndUser, manages, mayCall, type Reader } from '../model.ts';
import type { World } from '../world.ts';
import { refusals } from './connecting.ts';
import { step, which, who } from './step.ts';

/** Somebody ends a token. */
export const endToken = step('end a token', { by: who, token: which }, async (world, { by, token: nth }) => {
  const token = pick(
    world.made.tokens.filter(({ id }) => id !== undefined),
    nth,
  );
  if (token === undefined) return;
  const { workspace } = token.endUser;
  const reader = pickReader(world, by, (each) => manages(each, workspace));
  const answer = await ask(world, reader, { to: `DELETE /api/v1/user-tokens/${token.id}` });
  if (!manages(reader, workspace) || token.isOver) return expect(refusals, answer.text).toContain(answer.status);
  expect(answer.status, answer.text).toBe(204);
  token.isOver = true;
  did(world);
});

/** Somebody revokes a connection of an end user. */
export const revoke = step('revoke', { by: who, connection: which }, async (world, { by, connection: nth }) => {
  const connection = pick(ofEndUsers(world), nth);
  if (connection === undefined) return;
  const reader = pickReader(world, by, (each) => revokes(each, connection));
  const may = revokes(reader, connection);
  const answer = await ask(world, reader, { to: `DELETE /api/v1/connections/${connection.id}` });
  if (!may) return expect(refusals, answer.text).toContain(answer.status);
  expect(answer.status, answer.text).toBe(200);
  connection.isLive = false;
  did(world);
});

function revokes(reader: Reader, connection: Connection): boolean {
  if (!connection.isLive) return false;
  return manages(reader, connection.workspace) || (reader.kind === 'token' && mayCall(reader, connection));
}

/** Somebody erases an end user: those called the same in other workspaces are others. */
export const erase = step('erase', { by: who, user: which }, async (world, { by, user }) => {
  const chosen = pickUser(world, user);
  const reader = pickReader(world, by, (each) => manages(each, chosen.place.id));
  const meant = asSeenBy(world, reader, chosen);
  const to = `DELETE /api/v1/end-users/${externalIdOf(world, meant)}`;
  const may = manages(reader, meant.place.id);
  const endUser = knownAt(world, meant);
  // What is answered names them no more, so they are gone before it is looked at.
  if (may && endUser !== undefined) return eraseKnown(world, { reader, endUser, to });
  const answer = await ask(world, reader, { to });
  if (!may) expect(refusals, answer.text).toContain(answer.status);
});

interface Erasing {
  readonly reader: Reader;
  readonly endUser: EndUser;
  readonly to: string;
}

async function eraseKnown(world: World, { reader, endUser, to }: Erasing): Promise<void> {
  const { connections, tokens } = world.made;
  for (const token of tokens) if (token.endUser === endUser) token.isOver = true;
  for (const connection of connections) if (connection.owner === endUser) connection.isLive = false;
  let answer = await ask(world, reader, { to });
  while (answer.status === 202) {
    await setTimeout(20);
    answer = await ask(world, reader, { to });
  }
  expect(answer.status, answer.text).toBe(200);
  endUser.isErased = true;
  did(world);
}
