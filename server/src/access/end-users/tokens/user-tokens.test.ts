import { expect, it } from 'vitest';
import { describeOnEngines } from '../../../../../tests/support/databases.ts';
import { claimsOf, newSigner } from '../../../../../tests/support/signer.ts';
import { publicUrl, type StartedAccess, startedAccess } from '../../../../../tests/support/started-access.ts';
import { addTokenRow } from '../../../../../tests/support/user-token-rows.ts';
import { forgetUserTokens } from '../../../links/user-tokens/forget-user-tokens.ts';
import { newId } from '../../../lib/ids.ts';
import { revokeKey } from '../../keys/api-keys.ts';
import { removeMember } from '../../workspaces/people/members.ts';
import { insertKeySet } from '../signed/key-set-store.ts';
import { readSigningKeys } from '../signed/signing-keys.ts';
import { spendJti } from '../signed/spend-jti.ts';
import { endTokens, endTokensOf, signedUntil } from './end-tokens.ts';
import { endUserToken } from './user-token-store.ts';

const day = 86_400_000;

async function addKeySet({ first, clock }: StartedAccess, connections: readonly string[] = []) {
  const signer = newSigner();
  const read = readSigningKeys({ keys: [signer.jwk] });
  if ('refused' in read) throw new Error(read.refused);
  const at = new Date(clock.now()).toISOString();
  const set = { id: newId(), name: 'Backend', keys: read.keys, connections, createdBy: 'session:1' };
  await first.db.transact((trx) => insertKeySet(trx, { ...set, createdAt: at, updatedAt: at }, ['session:1']));
  return { ...set, signer };
}

describeOnEngines('the token of an end user', (open) => {
  it('is known again without asking the database, whoever made it', async () => {
    const world = await startedAccess(await open());
    const { id, signer } = await addKeySet(world);
    const seconds = Math.floor(world.clock.now() / 1_000);
    const signed = signer.sign(claimsOf({ publicUrl }, id, { iat: seconds, exp: seconds + 60 }));
    const { token, endUser } = await addTokenRow(world.first);
    const enter = (text: string) => world.enter({ authorization: `Bearer ${text}` });
    const callers = [await enter(token), await enter(signed)];
    await world.storage.transact(async ({ rows }) => {
      await rows.deleteFrom('user_tokens').execute();
      await rows.deleteFrom('key_sets').execute();
    });
    expect([await enter(token), await enter(signed)]).toEqual(callers);
    for (const caller of callers)
      expect(caller).toMatchObject({
        via: 'user_token',
        userId: endUser.id,
        endUser: { externalId: 'u_1', connections: new Set() },
      });
    expect(callers[1]?.endUser?.lineage).toEqual(['session:1']);
    world.clock.move(61_000);
    await expect(enter(signed)).rejects.toThrow('Nobody.');
  });

  it('counts in either header, and in no other form than it was given', async () => {
    const world = await startedAccess(await open());
    const { token } = await addTokenRow(world.first);
    const { id, signer } = await addKeySet(world);
    const iat = Math.floor(world.clock.now() / 1_000);
    const signed = signer.sign(claimsOf({ publicUrl }, id, { iat, exp: iat + 60 }));
    for (const text of [token, signed])
      for (const sent of [{ apiKey: text }, { authorization: `bearer ${text}` }])
        await expect(world.enter(sent)).resolves.toMatchObject({ via: 'user_token' });
    await expect(world.enter({ apiKey: `${token.slice(0, -1)}!` })).rejects.toThrow('Nobody.');
    await expect(world.enter({ authorization: `Bearer pbu_${'a'.repeat(43)}` })).rejects.toThrow('Nobody.');
  });

  it('lets what was asked for with it be done as long as somebody stands behind what it names', async () => {
    const world = await startedAccess(await open());
    const { first, access } = world;
    const manager = await world.person('MANAGER');
    const { acting: byKey } = await world.keyOf(first, { kind: 'app', scopes: ['user_tokens:write'], role: 'MANAGER' });
    const add = (name: string, wish: object = {}) => addTokenRow(first, { connections: [name], ...wish });
    const { endUser } = await add('lasting');
    const { id: revoked } = await add('revoked');
    await add('over', { expiresInMs: -6 * day });
    await add('long over', { expiresInMs: -8 * day });
    await add('by somebody', { by: manager });
    await add('by a key', { by: byKey });
    await add('of another', { endUser: 'u_2' });
    await addKeySet(world, ['of a key set']);
    const named = async () => {
      const caller = await access.revive(`end_user:${endUser.id}`, first.caller.workspaceId);
      return caller && [...(caller.endUser?.connections ?? [])].toSorted();
    };
    expect(await named()).toEqual(['by a key', 'by somebody', 'lasting', 'of a key set', 'over', 'revoked']);
    await first.db.transact((trx) => endUserToken(trx, revoked, new Date().toISOString()));
    await revokeKey(first, byKey.caller.key?.id ?? '');
    await removeMember(manager, manager.caller.userId);
    expect(await named()).toEqual(['lasting', 'of a key set', 'over']);
    expect(await access.revive(`end_user:${endUser.id}`, newId())).toBeUndefined();
    expect(await access.revive(`end_user:${newId()}`, first.caller.workspaceId)).toBeUndefined();
    const gone = { external_id: 'gone', erased_at: new Date().toISOString() };
    await first.db.transact(({ rows }) =>
      rows.updateTable('end_users').set(gone).where('id', '=', endUser.id).execute(),
    );
    expect(await named()).toBeUndefined();
  });

  it('keeps what was signed before out for as long as that could count, and no further', async () => {
    const { first, storage, clock } = await startedAccess(await open());
    const { endUser } = await addTokenRow(first);
    const keptOut = () => signedUntil(first.db, 'u_1');
    expect(await keptOut()).toBe(Number.NEGATIVE_INFINITY);
    expect(await first.db.transact((trx) => endTokens(trx, clock, endUser))).toBe(1);
    expect(await keptOut()).toBe(clock.now());
    expect(await first.db.transact((trx) => endTokensOf(trx, clock, endUser.id))).toBe(1);
    expect(await keptOut()).toBe(clock.now() + 60_000);
    clock.move(1_000);
    await first.db.transact((trx) => endTokens(trx, clock, endUser));
    expect(await keptOut()).toBe(clock.now() + 59_000);
    const { run } = forgetUserTokens({ storage, clock });
    clock.move(3_600_000);
    await run();
    expect(await keptOut()).toBeGreaterThan(0);
    clock.move(120_000);
    await run();
    expect(await keptOut()).toBe(Number.NEGATIVE_INFINITY);
    expect(await first.db.transact((trx) => endTokensOf(trx, clock, newId()))).toBe(0);
  });

  it('leaves its row for a week, and what was used up once until it is over', async () => {
    const world = await startedAccess(await open());
    const { first, storage, clock } = world;
    for (let count = 0; count < 600; count += 1) await addTokenRow(first, { expiresInMs: -7 * day - 1 });
    const { id } = await addTokenRow(first, { expiresInMs: -7 * day + 60_000 });
    const { run } = forgetUserTokens({ storage, clock });
    await run();
    const left = await storage.rows.selectFrom('user_tokens').select('id').execute();
    expect(left).toEqual([{ id }]);
    const spent = () => storage.rows.selectFrom('spent_tokens').select('jti').execute();
    const { workspaceId } = first.caller;
    const claims = { workspaceId, keySetId: newId(), jti: 'once', expiresAt: clock.now() + 1_000 };
    const spend = (changes: object = {}) => first.db.transact((trx) => spendJti(trx, clock, { ...claims, ...changes }));
    expect([await spend(), await spend()]).toEqual([true, false]);
    expect(await spend({ keySetId: newId() })).toBe(true);
    for (const never of [{ jti: undefined }, { workspaceId: newId() }, { expiresAt: clock.now() }])
      expect(await spend(never)).toBe(false);
    await run();
    expect(await spent()).toHaveLength(2);
    clock.move(1_000);
    await run();
    expect(await spent()).toHaveLength(0);
  }, 60_000);
});
