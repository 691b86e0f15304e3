import * as fc from 'fast-check';
import { expect } from 'vitest';
import { idIn } from '../../support/connect.ts';
import { claimsOf } from '../../support/signer.ts';
import { ask } from '../asking.ts';
import { asSeenBy, did, endUserAt, everCalled, ofEndUsers, pick, pickReader, pickUser } from '../choosing.ts';
import { newText } from '../marks.ts';
import { type Connection, type EndUser, isThem, manages, type TokenHolder } from '../model.ts';
import { keepConnection, openAtProvider, placeOf, type World } from '../world.ts';
import { step, which, who } from './step.ts';

/** What a credential that may not is answered. */
export const refusals: readonly number[] = [401, 403, 404];

/** An app connects an account of an end user, or they themselves with their token. */
export const connectFor = step('connect', { by: who, user: which }, async (world, { by, user }) => {
  const chosen = pickUser(world, user);
  const meant = await endUserAt(world, chosen);
  const reader = pickReader(world, by, (each) => manages(each, meant.workspace) || isThem(each, meant));
  const owner = reader.kind === 'token' ? reader.endUser : await endUserAt(world, asSeenBy(world, reader, chosen));
  const [label, note, opened] = [newText(), newText(), openAtProvider(world)];
  const forWhom = reader.kind === 'token' ? {} : { end_user: { id: owner.externalId }, metadata: { note } };
  const body = { connectorSlug: 'notes', label, ...forWhom };
  const started = await ask(world, reader, { to: 'POST /api/v1/connections', body });
  if (!manages(reader, owner.workspace) && !isThem(reader, owner))
    return expect(refusals, started.text).toContain(started.status);
  expect(started.status, started.text).toBe(201);
  const id = idIn(started.body['connection']);
  const connection = keepConnection(world, { id, workspace: owner.workspace, owner, opened });
  for (const text of [label, note]) world.marks.know(text, { of: 'label', connection });
  const fields = { token: opened.token };
  const submitted = await ask(world, reader, { to: `POST /api/v1/connections/${id}/credentials`, body: { fields } });
  expect(submitted.status, submitted.text).toBe(200);
  world.made.connections.push(connection);
  did(world);
});

const ofToken = {
  user: which,
  /** What it names besides what is its end user's: the workspace's connection, or one that it must not reach. */
  names: fc.constantFrom('nothing' as const, 'shared' as const, 'foreign' as const),
  foreign: which,
};

interface TokenWish {
  readonly names: 'nothing' | 'shared' | 'foreign';
  readonly foreign: number;
}

/** A token is made for an end user; where it names what its maker may not hand out, there is none. */
export const mintToken = step('mint a token', { by: who, ...ofToken }, async (world, wish) => {
  const chosen = pickUser(world, wish.user);
  const reader = pickReader(world, wish.by, (each) => manages(each, chosen.place.id));
  const endUser = await endUserAt(world, asSeenBy(world, reader, chosen));
  const named = namedBy(world, wish, endUser);
  const minted = await ask(world, reader, {
    to: 'POST /api/v1/user-tokens',
    body: { end_user: endUser.externalId, connections: named.map(({ id }) => id) },
  });
  const refused = wish.names === 'foreign' ? [400, ...refusals] : refusals;
  if (!manages(reader, endUser.workspace) || (wish.names === 'foreign' && named.length > 0))
    return expect(refused, minted.text).toContain(minted.status);
  expect(minted.status, minted.text).toBe(201);
  const [id, key] = [String(minted.body['id']), String(minted.body['token'])];
  await keepToken(world, { endUser, id, key, named: new Set(named), maker: reader });
  did(world);
});

/** The app of a workspace signs a token itself. What it names beyond what its keys were registered for counts for nothing. */
export const signToken = step('sign a token', ofToken, async (world, wish) => {
  const chosen = pickUser(world, wish.user);
  // What was signed in the second of an erasure is over with it, and nobody can tell which came first.
  if (everCalled(world, chosen).some(({ isErased }) => isErased)) return;
  const endUser = await endUserAt(world, chosen);
  const { keySet, signer, shared, staff } = chosen.place;
  const named = namedBy(world, wish, endUser);
  const key = signer.sign(
    claimsOf(world.plugboard.app.config, keySet, {
      sub: endUser.externalId,
      connections: named.map(({ id }) => id),
    }),
  );
  const allowed = new Set(named.filter((connection) => connection === shared));
  await keepToken(world, { endUser, id: undefined, key, named: allowed, maker: staff.admin });
  did(world);
});

function namedBy(world: World, { names, foreign }: TokenWish, { workspace }: EndUser): readonly Connection[] {
  const { shared } = placeOf(world, workspace);
  if (names === 'shared') return [shared];
  const others = [...ofEndUsers(world), ...world.places.map((place) => place.shared)];
  const other = pick(
    others.filter((connection) => connection !== shared),
    foreign,
  );
  return names === 'foreign' && other !== undefined ? [other] : [];
}

async function keepToken(world: World, facts: Omit<TokenHolder, 'kind' | 'isOver'>): Promise<void> {
  const { marks, made } = world;
  const { endUser } = facts;
  const token: TokenHolder = { kind: 'token', isOver: false, ...facts };
  for (const connection of token.named) endUser.named.add(connection);
  marks.know(token.key, { of: 'secret' });
  if (token.id !== undefined) marks.know(token.id, { of: 'credential', endUser });
  made.tokens.push(token);
  const me = await ask(world, token, { to: 'GET /api/v1/me' });
  expect(me.body, me.text).toMatchObject({ end_user: { id: endUser.externalId } });
  const [, row = ''] = String(me.body['principal']).split(':');
  marks.know(row, { of: 'row', endUser });
}
