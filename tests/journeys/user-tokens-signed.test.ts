import { beforeAll, expect, it } from 'vitest';
import { spendJti } from '../../server/src/access/end-users/signed/spend-jti.ts';
import { findEndUser } from '../../server/src/access/end-users/end-user-store.ts';
import { signUserToken } from '../docs/programs/sign-user-token.ts';
import { connectGitlab, installGitlab } from '../support/connect.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { type EndUserAsking, startEndUserAsking } from '../support/end-user-asking.ts';
import { mcpClient } from '../support/mcp-client.ts';
import { addPerson } from '../support/people.ts';
import type { ApiAnswer } from '../support/plugboard.ts';
import { claimsOf, newSigner, type Parts, registerKeys, seconds, type Signer } from '../support/signer.ts';

const issue = { project: 'acme/api', issue_iid: 1 };

describeOnDatabases('a token that an app signs', ({ migrated }) => {
  let asking: EndUserAsking;
  let shared: string;
  let signer: Signer;
  let issuer: string;

  beforeAll(async () => {
    asking = await startEndUserAsking(await migrated());
    shared = await installGitlab(asking.plugboard, asking.gitlab.url);
    signer = newSigner();
    issuer = await registered([signer], { connections: [shared] });
    return () => asking.gitlab.stop();
  });

  const registered = async (
    signers: readonly Signer[],
    wish: { readonly connections?: readonly string[] } = {},
  ): Promise<string> => {
    const answer = await registerKeys(asking.plugboard, signers, { key: asking.owner.token, ...wish });
    if (answer.status !== 201) throw new Error(`No keys were registered: ${answer.text}`);
    return String(answer.body['id']);
  };
  const claims = (changes: Parts = {}, by = issuer) => claimsOf(asking.plugboard, by, changes);
  const call = (operation: string, key: string, body?: unknown): Promise<ApiAnswer> =>
    asking.plugboard.call(operation, { key, ...(body !== undefined && { body }) });
  const me = (token: string) => call('GET /api/v1/me', token);
  const read = (id: string, key: string) =>
    call(`POST /api/v1/connections/${id}/tools/get_issue/call`, key, { arguments: issue });
  const keySet = (id: string) => `/api/v1/user-tokens/key-sets/${id}`;

  it.each(['EdDSA', 'ES256', 'RS256'] as const)('counts with a registered key of the kind %s', async (alg) => {
    covers('key-sets/register', 'key-sets/verify');
    const pair = newSigner(`for ${alg}`, alg);
    const id = await registered([signer, pair]);
    const answer = await me(pair.sign(claims({ sub: `u_${alg}` }, id)));
    expect(answer).toMatchObject({ status: 200, body: { via: 'user_token', end_user: { id: `u_${alg}` } } });
    const shown = await call(`GET ${keySet(id)}`, asking.owner.token);
    expect(shown.body).toMatchObject({
      id,
      name: 'Backend',
      jwks: { keys: [{ kid: 'first' }, { kid: `for ${alg}`, alg }] },
    });
    expect((await call('GET /api/v1/user-tokens/key-sets', asking.owner.token)).text).toContain(id);
  });

  it('counts when it is signed as the guide shows', async () => {
    covers('key-sets/verify');
    const { publicUrl } = asking.plugboard;
    const app = { publicUrl, keySetId: issuer, kid: 'first', privateKey: signer.privateKey };
    expect((await me(signUserToken(app, 'u_guide'))).body['end_user']).toMatchObject({ id: 'u_guide' });
  });

  it('makes its subject known, once, whatever it says again', async () => {
    covers('key-sets/first-sight');
    const said = { sub: 'u_seen', end_user: { name: 'Ada', email: 'ada@example.com' } };
    const token = signer.sign(claims(said));
    expect((await me(token)).body['end_user']).toEqual({ id: 'u_seen', name: 'Ada', email: 'ada@example.com' });
    const { storage } = asking.plugboard.app;
    const db = storage.workspace(asking.plugboard.workspaceId);
    const before = await findEndUser(db, 'u_seen');
    // Something else changes in the workspace: everything that is kept of it is read anew.
    await call('POST /api/v1/user-tokens', asking.app, { end_user: { id: 'u_seen', name: 'Ada Byron' } });
    const changed = await findEndUser(db, 'u_seen');
    expect(changed?.name).toBe('Ada Byron');
    await asking.addUser('u_somebody');
    expect((await me(token)).body['end_user']).toMatchObject({ name: 'Ada Byron' });
    expect((await me(signer.sign(claims({ ...said, jti: 'another' })))).body['end_user']).toMatchObject({
      name: 'Ada Byron',
    });
    expect(await findEndUser(db, 'u_seen')).toEqual(changed);
    expect(before?.id).toBe(changed?.id);
  });

  it('reaches the same as a token made here: their own connections, at MCP and by REST', async () => {
    covers('user-tokens/reach');
    const made = await asking.mintToken('u_both');
    const connection = await connectGitlab(asking.plugboard, asking.gitlab.url, { key: made });
    const token = signer.sign(claims({ sub: 'u_both' }));
    expect((await read(connection, token)).body).toMatchObject({ status: 'ok' });
    const client = await mcpClient(asking.plugboard.publicUrl, token);
    const result = await client.callTool({ name: 'gitlab__get_issue', arguments: issue });
    await client.close();
    expect(JSON.stringify(result)).toContain('Login fails');
    expect((await me(made)).body['principal']).toBe((await me(token)).body['principal']);
    expect((await read(connection, signer.sign(claims({ sub: 'u_other' })))).status).toBe(404);
    expect((await read(connection, signer.sign(claims({ sub: 'u_both', connectors: ['github'] })))).status).toBe(404);
  });

  it('reaches of what it names what its key set lets it, and no personal one', async () => {
    covers('key-sets/named');
    const { plugboard, gitlab, owner } = asking;
    const other = await installGitlab(plugboard, gitlab.url);
    const naming = signer.sign(claims({ sub: 'u_named', connections: [shared, other] }));
    expect((await read(shared, naming)).body).toMatchObject({ status: 'ok' });
    expect((await read(other, naming)).status).toBe(404);
    expect((await read(shared, signer.sign(claims({ sub: 'u_named' })))).status).toBe(404);
    const own = await connectGitlab(plugboard, gitlab.url, { key: owner.token, label: 'Own' });
    const ofUser = (await asking.addUser('u_owner')).connection;
    for (const id of [own, ofUser, '0190a2b4-0000-7000-8000-000000000000'])
      expect((await registerKeys(plugboard, [signer], { key: owner.token, connections: [id] })).status).toBe(400);
    const edited = await call(`PATCH ${keySet(issuer)}`, owner.token, { connections: [shared, other] });
    expect(edited.body['connections']).toEqual([shared, other]);
    expect((await read(other, naming)).body).toMatchObject({ status: 'ok' });
    await plugboard.call(`PATCH /api/v1/connections/${other}`, { body: { scope: 'personal' } });
    expect((await read(other, naming)).status).toBe(404);
    // Out of reach by now, and named before: it stands in nobody's way.
    const again = await call(`PATCH ${keySet(issuer)}`, owner.token, { connections: [shared, other], name: 'Again' });
    expect(again).toMatchObject({ status: 200, body: { name: 'Again' } });
  });

  it('counts while its key is in the set, so that keys are replaced without a gap', async () => {
    covers('key-sets/rotate');
    const [old, fresh] = [newSigner('old'), newSigner('fresh', 'ES256')];
    const id = await registered([old]);
    const long = old.sign(claims({}, id));
    let count = 0;
    const signed = (by: Signer) => by.sign(claims({ jti: `${(count += 1)}` }, id));
    const works = async () => [
      (await me(long)).status,
      (await me(await signed(old))).status,
      (await me(await signed(fresh))).status,
    ];
    const replace = (...signers: Signer[]) =>
      call(`PATCH ${keySet(id)}`, asking.owner.token, { jwks: { keys: signers.map(({ jwk }) => jwk) } });
    expect(await works()).toEqual([200, 200, 401]);
    expect((await replace(old, fresh)).status).toBe(200);
    expect(await works()).toEqual([200, 200, 200]);
    await replace(fresh);
    expect(await works()).toEqual([401, 401, 200]);
    expect((await call(`PATCH ${keySet(id)}`, asking.owner.token, { jwks: { keys: [] } })).status).toBe(400);
    expect(await works()).toEqual([401, 401, 200]);
  });

  it('is over with its key set', async () => {
    covers('key-sets/revoke');
    const id = await registered([signer]);
    const token = signer.sign(claims({}, id));
    expect((await me(token)).status).toBe(200);
    expect((await call(`DELETE ${keySet(id)}`, asking.owner.token)).status).toBe(204);
    expect((await me(token)).status).toBe(401);
    expect((await call(`DELETE ${keySet(id)}`, asking.owner.token)).status).toBe(404);
    expect((await call(`GET ${keySet(id)}`, asking.owner.token)).status).toBe(404);
    expect((await call(`PATCH ${keySet(id)}`, asking.owner.token, { name: 'Back' })).status).toBe(404);
  });

  it('is over with all others of its end user; what is signed afterwards counts', async () => {
    covers('user-tokens/revoke');
    const token = signer.sign(claims({ sub: 'u_out', iat: seconds(-2), exp: seconds(60) }));
    expect((await me(token)).status).toBe(200);
    const ended = await call('DELETE /api/v1/user-tokens?end_user=u_out', asking.app);
    expect(ended.body).toEqual({ revoked: 0 });
    expect((await me(token)).status).toBe(401);
    expect((await me(signer.sign(claims({ sub: 'u_out', iat: seconds(1) })))).status).toBe(200);
  });

  it('makes nobody known again who was erased', async () => {
    covers('user-tokens/erased');
    const { app: server, workspaceId } = asking.plugboard;
    const db = server.storage.workspace(workspaceId);
    const signed = signer.sign(claims({ sub: 'u_erased', iat: seconds(50) }));
    const made = await asking.mintToken('u_erased');
    expect([(await me(signed)).status, (await me(made)).status]).toEqual([200, 200]);
    const erased = await call('DELETE /api/v1/end-users/u_erased', asking.app);
    expect(erased.status, erased.text).toBeLessThan(300);
    expect([(await me(signed)).status, (await me(made)).status]).toEqual([401, 401]);
    expect(await findEndUser(db, 'u_erased')).toBeUndefined();
  });

  it('that counts once is used up once, by however many at once', async () => {
    const { app: server, workspaceId } = asking.plugboard;
    const db = server.storage.workspace(workspaceId);
    const token = signer.sign(claims({ jti: 'only', exp: seconds(60) }), { typ: 'plugboard-link+jwt' });
    const verified = await server.access.verifySigned(token, 'plugboard-link+jwt');
    if (verified === undefined) throw new Error('It does not hold.');
    const spend = () => db.transact((trx) => spendJti(trx, server.clock, verified));
    const spent = await Promise.all(Array.from({ length: 5 }, spend));
    expect(spent.filter(Boolean)).toHaveLength(1);
    expect(await spend()).toBe(false);
  });

  it('is signed with keys that a person registered', async () => {
    covers('key-sets/person');
    const { plugboard, owner } = asking;
    const manager = await addPerson(plugboard, 'MANAGER');
    const wide = await plugboard.mint({
      by: owner.token,
      kind: 'person',
      role: 'OWNER',
      scopes: ['user_tokens:write'],
    });
    const admin = await plugboard.mint({
      by: owner.token,
      kind: 'person',
      role: 'OWNER',
      scopes: ['user_tokens:write', 'admin'],
    });
    for (const key of [asking.app, manager.token, wide, await asking.mintToken('u_1')]) {
      expect((await registerKeys(plugboard, [newSigner()], { key })).status).toBe(403);
      expect((await call(`PATCH ${keySet(issuer)}`, key, { jwks: { keys: [newSigner().jwk] } })).status).toBe(403);
    }
    expect((await registerKeys(plugboard, [newSigner()], { key: admin })).status).toBe(201);
    expect((await call(`GET ${keySet(issuer)}`, owner.token)).body['jwks']).toMatchObject({
      keys: [{ x: signer.jwk['x'] }],
    });
  });
});
