import { expect } from 'vitest';
import { idIn } from '../../support/connect.ts';
import { claimsOf } from '../../support/signer.ts';
import { ask } from '../asking.ts';
import { asSeenBy, did, endUserAt, pick, pickReader, pickUser, wasErased } from '../choosing.ts';
import { newText } from '../marks.ts';
import { type EndUser, manages, type Reader, type TokenHolder } from '../model.ts';
import type { ConnectorId } from '../provider.ts';
import type { StepOf } from './step.ts';
import { keepAccount, openAccount, type Place, placeOf, type World } from '../world.ts';

/** What a credential that may not is answered. */
export const refusals: readonly number[] = [401, 403, 404];

/** An app connects an account of an end user, or they themselves with their token. */
export async function connectAccount(world: World, { by, user, connector }: StepOf<'connect'>): Promise<void> {
  const chosen = pickUser(world, user);
  const meant = await endUserAt(world, chosen);
  const reader = pickReader(world, by, (each) => manages(each, meant.workspace) || begins(each, meant, connector));
  const owner = reader.kind === 'token' ? reader.endUser : await endUserAt(world, asSeenBy(world, reader, chosen));
  const [label, note, opened] = [newText(), newText(), openAccount(world)];
  const forWhom = reader.kind === 'token' ? {} : { end_user: { id: owner.externalId }, metadata: { note } };
  const body = { connectorSlug: connector, label, ...forWhom };
  const started = await ask(world, reader, { to: 'POST /api/v1/connections', body });
  if (!manages(reader, owner.workspace) && !begins(reader, owner, connector))
    return expect(refusals, started.text).toContain(started.status);
  expect(started.status, started.text).toBe(201);
  const id = idIn(started.body['connection']);
  const account = keepAccount(world, { id, workspace: owner.workspace, connector, owner, opened });
  for (const text of [label, note]) world.marks.know(text, { of: 'label', account });
  const submitted = await ask(world, reader, {
    to: `POST /api/v1/connections/${id}/credentials`,
    body: { fields: { token: opened.token } },
  });
  expect(submitted.status, submitted.text).toBe(200);
  world.made.accounts.push(account);
  did(world, 'connect');
}

function begins(reader: Reader, endUser: EndUser, connector: ConnectorId): boolean {
  const isTheirs = reader.kind === 'token' && !reader.isOver && reader.endUser === endUser;
  return isTheirs && reader.connectors?.has(connector) !== false;
}

/** A token is made for an end user; it may name the workspace's account. */
export async function mintToken(world: World, { by, user, connectors, names }: StepOf<'mint'>): Promise<void> {
  const chosen = pickUser(world, user);
  const reader = pickReader(world, by, (each) => manages(each, chosen.place.id));
  const endUser = await endUserAt(world, asSeenBy(world, reader, chosen));
  const { shared } = placeOf(world, endUser.workspace);
  const minted = await ask(world, reader, {
    to: 'POST /api/v1/user-tokens',
    body: {
      end_user: endUser.externalId,
      ...(connectors !== undefined && { connectors: [connectors] }),
      ...(names && { connections: [shared.id] }),
    },
  });
  if (!manages(reader, endUser.workspace)) return expect(refusals, minted.text).toContain(minted.status);
  expect(minted.status, minted.text).toBe(201);
  const named = new Set(names ? [shared] : []);
  const reach = { connectors: connectors && new Set([connectors]), named, maker: reader };
  await keepToken(world, { endUser, id: String(minted.body['id']), key: String(minted.body['token']), ...reach });
  did(world, 'mint');
}

/** The app of a workspace signs a token itself, and names accounts in it that it may not; or names the keys of another one. */
export async function signToken(world: World, { user, connectors, names, issuer }: StepOf<'sign'>): Promise<void> {
  const chosen = pickUser(world, user);
  // What was signed in the second of an erasure is over with it, and nobody can tell which came first.
  if (wasErased(world, chosen)) return;
  const endUser = await endUserAt(world, chosen);
  const { place } = chosen;
  const wrong = pick(
    world.places.filter((each) => each !== place),
    issuer,
  );
  const foreign = pick(world.made.accounts, names);
  const claims = claimsOf({ publicUrl: world.plugboard.app.config.publicUrl }, place.keySet, {
    sub: endUser.externalId,
    connections: [place.shared.id, ...(foreign === undefined ? [] : [foreign.id])],
    ...(connectors !== undefined && { connectors: [connectors] }),
  });
  if (!issuer.fitting) return refuseForgery(world, (wrong ?? place).signer, claims);
  const reach = {
    connectors: connectors && new Set([connectors]),
    named: new Set([place.shared]),
    maker: place.staff.admin,
  };
  await keepToken(world, { endUser, id: 'signed', key: await place.signer.sign(claims), ...reach });
  did(world, 'sign');
}

async function refuseForgery(
  world: World,
  signer: Place['signer'],
  claims: ReturnType<typeof claimsOf>,
): Promise<void> {
  const forged = await signer.sign(claims);
  const answer = await world.plugboard.call('GET /api/v1/me', { key: forged });
  expect(answer.status, answer.text).toBe(401);
}

async function keepToken(world: World, facts: Omit<TokenHolder, 'kind' | 'isOver'>): Promise<void> {
  const { marks, made } = world;
  const token: TokenHolder = { kind: 'token', isOver: false, ...facts };
  for (const account of token.named) token.endUser.named.add(account);
  marks.know(token.key, { of: 'secret' });
  marks.know(token.id, { of: 'credential', endUser: token.endUser });
  made.tokens.push(token);
  const me = await ask(world, token, { to: 'GET /api/v1/me' });
  expect(me.body, me.text).toMatchObject({ end_user: { id: token.endUser.externalId } });
  const [, row = ''] = String(me.body['principal']).split(':');
  marks.know(row, { of: 'row', endUser: token.endUser });
}

/** A token that names what whoever makes it may not use: of an end user, of a member, or of another workspace. */
export async function overreach(world: World, { by, user, account: which }: StepOf<'overreach'>): Promise<void> {
  const chosen = pickUser(world, user);
  const reader = pickReader(world, by, (each) => manages(each, chosen.place.id));
  const endUser = await endUserAt(world, asSeenBy(world, reader, chosen));
  const foreign = pick(
    world.made.accounts.filter(({ owner, workspace }) => owner !== null || workspace !== endUser.workspace),
    which,
  );
  const body = { end_user: endUser.externalId, connections: [foreign?.id ?? endUser.externalId] };
  const minted = await ask(world, reader, { to: 'POST /api/v1/user-tokens', body });
  expect([400, ...refusals], minted.text).toContain(minted.status);
}
