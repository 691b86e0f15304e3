import { generateKeyPairSync } from 'node:crypto';
import { beforeAll, expect, it } from 'vitest';
import { covers } from '../../../tests/support/covers.ts';
import { signatureHeaders } from '../../../server/src/webhooks/signing/sign.ts';
import { Secret } from '../../../server/src/lib/secret.ts';
import { describeOnDatabases } from '../../../tests/support/databases.ts';
import { type AppUser, type EndUserAsking, startEndUserAsking } from '../../../tests/support/end-user-asking.ts';
import {
  createPlugboard,
  type Plugboard,
  type PrivateJwk,
  signConnectLink,
  signUserToken,
  verifyWebhook,
} from '../index.ts';

describeOnDatabases('the client of an app with end users', ({ migrated }) => {
  let scene: EndUserAsking;
  let app: Plugboard;
  let decider: Plugboard;
  let owner: Plugboard;
  let ada: AppUser;
  let bob: AppUser;
  const clientOf = (key: string) => createPlugboard({ key, url: scene.plugboard.publicUrl });

  beforeAll(async () => {
    scene = await startEndUserAsking(await migrated());
    [app, decider, owner] = [clientOf(scene.app), clientOf(scene.decider), clientOf(scene.owner.token)];
    ada = await scene.addUser('u_ada');
    bob = await scene.addUser('u_bob');
    return () => scene.gitlab.stop();
  });

  it('gives an agent the tools of one of them, and of nobody else', async () => {
    covers('sdk/tools');
    const toolset = await app.tools({ endUser: ada.id, connectors: ['gitlab'] });
    expect(new Set(toolset.list.map(({ connection }) => connection.id))).toEqual(new Set([ada.connection]));
    expect(await toolset.call('gitlab__list_issues', { project: 'acme/api' })).toMatchObject({ status: 'ok' });
    const theirs = await app.tools({ endUser: bob.id });
    expect(new Set(theirs.list.map(({ connection }) => connection.id))).toEqual(new Set([bob.connection]));
  });

  it('of somebody who has connected nothing has no tools, and says so', async () => {
    const toolset = await app.tools({ endUser: 'u_new', connectors: ['gitlab'] });
    expect([toolset.list, toolset.missing]).toEqual([[], ['gitlab']]);
  });

  it('lets the end user decide in the app, who is named with the decision', async () => {
    covers('sdk/decide');
    const issue = scene.newIssue();
    const toolset = await app.tools({ endUser: ada.id });
    const outcome = await toolset.call('gitlab__create_issue', issue, {
      decide: ({ approvalId }) => decider.approvals.approve(approvalId, { decided_by: { id: ada.id } }),
    });
    expect(outcome).toMatchObject({ status: 'ok', output: { title: issue.title } });
    expect(scene.sent(issue.title)).toBe(1);
  });

  it('makes a link, and erases an end user', async () => {
    const { url, id } = await app.connectLinks.create({ connectors: ['gitlab'], end_user: { id: bob.id } });
    expect(new URL(url).origin).toBe(scene.plugboard.publicUrl);
    expect(await app.connectLinks.get(id)).toMatchObject({ end_user: { id: bob.id } });
    await owner.endUsers.erase(bob.id);
    await expect(clientOf(bob.token).me.get()).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
  });

  it.each(['ed25519', 'ec', 'rsa'] as const)('signs user tokens and links that hold, with %s', async (kind) => {
    covers('sdk/signing');
    const { privateJwk, publicJwk } = newKey(kind);
    const { id } = await owner.userTokens.keySets.register({ name: `Of ${kind}`, jwks: { keys: [publicJwk] } });
    const claims = { iss: id, aud: scene.plugboard.publicUrl, sub: ada.id };
    const asAda = clientOf(await signUserToken(claims, privateJwk));
    expect((await asAda.connections.list().all()).map((connection) => connection.id)).toEqual([ada.connection]);
    const page = await fetch(await signConnectLink({ ...claims, connectors: ['gitlab'] }, privateJwk), {
      redirect: 'manual',
    });
    expect(page.status).toBe(200);
    const forged = await signConnectLink(
      { ...claims, aud: scene.plugboard.publicUrl, connectors: ['gitlab'] },
      newKey(kind).privateJwk,
    );
    expect((await fetch(forged, { redirect: 'manual' })).status).not.toBe(200);
  });

  it('checks what the server signs', async () => {
    const secrets = [0, 1].map((at) => `whsec_${Buffer.alloc(32, at).toString('base64')}`);
    const body = '{"type":"approval.requested","timestamp":"2026-01-31T09:30:00.000Z","data":{}}';
    const timestamp = Math.floor(Date.now() / 1000);
    const headers = signatureHeaders(
      secrets.map((secret) => new Secret(secret)),
      { id: 'msg_1', timestamp, body },
    );
    for (const secret of secrets) expect(await verifyWebhook(body, headers, secret)).toMatchObject({ id: 'msg_1' });
  });
});

function newKey(kind: 'ed25519' | 'ec' | 'rsa') {
  const pair = pairOf(kind);
  const { kty = '', ...numbers } = pair.privateKey.export({ format: 'jwk' });
  const privateJwk: PrivateJwk = { ...numbers, kty, kid: 'first' };
  return { privateJwk, publicJwk: { ...pair.publicKey.export({ format: 'jwk' }), kid: 'first' } };
}

function pairOf(kind: 'ed25519' | 'ec' | 'rsa') {
  if (kind === 'ed25519') return generateKeyPairSync('ed25519');
  if (kind === 'ec') return generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return generateKeyPairSync('rsa', { modulusLength: 2048 });
}
