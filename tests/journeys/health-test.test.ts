import { beforeAll, expect, it } from 'vitest';
import { connect, idIn } from '../support/connect.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { startTellingGitlab, type TellingGitlab } from '../support/health.ts';
import { addPerson } from '../support/people.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';

const token = 'glpat-of-ann';

describeOnDatabases('a connection that somebody has tested', ({ migrated }) => {
  let plugboard: Plugboard;
  let gitlab: TellingGitlab;
  let ann: string;
  let id: string;

  beforeAll(async () => {
    gitlab = await startTellingGitlab();
    gitlab.tokens.set(token, 'ann');
    plugboard = await startPlugboard(await migrated());
    ann = (await addPerson(plugboard, 'MEMBER')).token;
    id = await connect(plugboard, ['gitlab', { base_url: gitlab.url, token }], { key: ann });
    return () => gitlab.stop();
  });

  const test = (key: string, connection = id) => plugboard.call(`POST /api/v1/connections/${connection}/test`, { key });
  const status = async () => (await plugboard.call(`GET /api/v1/connections/${id}`, { key: ann })).body['status'];

  it('has its provider asked at once, and the status of what it answers', async () => {
    covers('health/test');
    const before = gitlab.asked.length;
    expect(await test(ann)).toMatchObject({ status: 200, body: { status: 'ok' } });
    expect(gitlab.asked.slice(before)).toEqual([token]);
    gitlab.tokens.delete(token);
    const refused = await test(ann);
    expect(refused).toMatchObject({
      status: 200,
      body: { status: 'auth_required', message: expect.stringContaining('401') },
    });
    expect(refused.text).not.toContain(token);
    expect(await status()).toBe('auth_failed');
    gitlab.tokens.set(token, 'ann');
    expect(await test(ann)).toMatchObject({ status: 200, body: { status: 'ok' } });
    expect(await status()).toBe('connected');
  });

  it('keeps its status while the provider cannot be asked', async () => {
    covers('health/test');
    gitlab.answer(503);
    expect(await test(ann)).toMatchObject({ status: 200, body: { status: 'error' } });
    gitlab.answer();
    expect(await status()).toBe('connected');
  });

  it('is a 404 for everybody else, and a 403 for whoever may only use it', async () => {
    covers('health/test');
    const before = gitlab.asked.length;
    expect(await test((await addPerson(plugboard, 'MEMBER')).token)).toMatchObject({ status: 404 });
    expect(await test(plugboard.adminKey)).toMatchObject({ status: 404 });
    const { token: manager } = await addPerson(plugboard, 'MANAGER');
    const fields = { base_url: gitlab.url, token };
    const shared = await connect(plugboard, ['gitlab', fields], { key: manager });
    const sharing = { key: manager, body: { scope: 'workspace' } };
    await plugboard.call(`PATCH /api/v1/connections/${shared}`, sharing);
    const asked = gitlab.asked.length;
    expect(await test(ann, shared)).toMatchObject({ status: 403 });
    expect(gitlab.asked).toHaveLength(asked);
    expect(asked).toBe(before + 1);
  });

  it('is a 409 before anything was given', async () => {
    covers('health/test');
    const body = { connectorSlug: 'gitlab', label: 'Later' };
    const started = await plugboard.call('POST /api/v1/connections', { key: ann, body });
    expect(await test(ann, idIn(started.body['connection']))).toMatchObject({ status: 409 });
  });
});
