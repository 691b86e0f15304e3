import { beforeAll, expect, it, vi } from 'vitest';
import { isRecord } from '../../server/src/lib/json.ts';
import { type Acme, begin, confirm, connectAcme, goThrough, pathOf, useAcme, type Visitor } from '../support/acme.ts';
import { connect } from '../support/connect.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { startTellingGitlab, type TellingGitlab, toldOf } from '../support/health.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';

describeOnDatabases('reconnecting with other values', ({ migrated }) => {
  let plugboard: Plugboard;
  let gitlab: TellingGitlab;

  beforeAll(async () => {
    gitlab = await startTellingGitlab();
    for (const [token, who] of Object.entries(people)) gitlab.tokens.set(token, who);
    plugboard = await startPlugboard(await migrated());
    return () => gitlab.stop();
  });

  const fieldsOf = (token: string) => ({ base_url: gitlab.url, token });
  const connected = (label: string) => connect(plugboard, ['gitlab', fieldsOf('glpat-of-ann-first')], { label });
  const record = async (id: string) => (await plugboard.call(`GET /api/v1/connections/${id}`)).body;
  const submit = (id: string, body: unknown) => plugboard.call(`POST /api/v1/connections/${id}/credentials`, { body });
  const test = (id: string) => plugboard.call(`GET /v1/connectors/${id}`);
  const tools = async (id: string): Promise<unknown> => {
    const { data } = (await test(id)).body;
    return isRecord(data) ? data['tools'] : undefined;
  };
  const defaults = () => plugboard.call('GET /api/v1/me/connection-defaults');

  it('keeps id, handle, switches and what refers to it, and is told as recovered', async () => {
    covers('health/reconnect', 'health/events', '003/reconnected');
    const id = await connected('Kept');
    const body = { connector: 'gitlab', connection_id: id };
    expect((await plugboard.call('PUT /api/v1/me/connection-defaults', { body })).status).toBe(200);
    await plugboard.call(`PATCH /api/v1/connections/${id}/tools/get_issue`, { body: { disabled: true } });
    const before = { record: await record(id), tools: await tools(id), defaults: (await defaults()).body };
    gitlab.tokens.delete('glpat-of-ann-first');
    await plugboard.call(`POST /api/v1/connections/${id}/tools/list_projects/call`, { body: { arguments: {} } });
    await vi.waitFor(async () => expect(await record(id)).toMatchObject({ status: 'auth_failed' }));
    gitlab.tokens.set('glpat-of-ann-first', 'ann');
    expect((await submit(id, { fields: fieldsOf('glpat-of-ann-again') })).status).toBe(200);
    const after = { record: await record(id), tools: await tools(id), defaults: (await defaults()).body };
    expect(after).toEqual({ ...before, record: { ...before.record, updatedAt: after.record['updatedAt'] } });
    const told = await toldOf(plugboard, id);
    expect(told.slice(-2)).toEqual(['connection.failed', 'connection.recovered']);
  });

  it('of another account is a 409 that names both, and nothing has changed', async () => {
    covers('health/another-account');
    const id = await connected('Mistaken');
    const before = { record: await record(id), told: await toldOf(plugboard, id) };
    for (const body of [
      { fields: fieldsOf('glpat-of-bob') },
      fieldsOf('glpat-of-bob'),
      { fields: fieldsOf('glpat-of-bob'), confirmAccount: false },
      { fields: fieldsOf('glpat-of-bob'), confirmAccount: 'true' },
    ]) {
      const answer = await submit(id, body);
      expect(answer).toMatchObject({ status: 409, body: { error: { code: 'CONFLICT' } } });
      for (const words of ['ann', 'bob', '"confirmAccount": true']) expect(messageOf(answer.body)).toContain(words);
      expect(answer.text).not.toContain('glpat-');
    }
    expect({ record: await record(id), told: await toldOf(plugboard, id) }).toEqual(before);
  });

  it('of another account counts where the request says that it is meant', async () => {
    covers('health/another-account', 'health/reconnect');
    const id = await connected('Handed over');
    const { handle } = await record(id);
    const answer = await submit(id, { fields: fieldsOf('glpat-of-bob'), confirmAccount: true });
    expect(answer).toMatchObject({ status: 200, body: { connection: { id, handle, account: 'bob' } } });
    expect((await toldOf(plugboard, id)).at(-1)).toBe('connection.connected');
  });

  it('says nothing of accounts where the provider refuses the values', async () => {
    covers('health/another-account');
    const id = await connected('Refused');
    const answer = await submit(id, { fields: fieldsOf('glpat-of-nobody'), confirmAccount: true });
    expect(answer.status).toBe(422);
    expect(await record(id)).toMatchObject({ status: 'connected', account: 'ann' });
  });
});

const people = { 'glpat-of-ann-first': 'ann', 'glpat-of-ann-again': 'ann', 'glpat-of-bob': 'bob' };

describeOnDatabases('reconnecting by signing in', ({ migrated }) => {
  const startAcme = useAcme();
  let acme: Acme;
  let ann: Visitor;

  beforeAll(async () => {
    acme = await startAcme(await migrated());
    ann = await acme.person();
    return () => acme.oidc.stop();
  });

  const record = async (who: Pick<Visitor, 'call'>, id: string) =>
    (await who.call(`GET /api/v1/connections/${id}`)).body;
  const again = async (who: Pick<Visitor, 'call'>, id: string, body?: unknown): Promise<string> =>
    String((await who.call(`POST /api/v1/connections/${id}/oauth`, body)).body['oauthUrl']);
  const app = async (): Promise<Pick<Visitor, 'call'>> => {
    const scopes = ['connectors:read', 'connections:read', 'connections:write', 'oauth:direct'] as const;
    const key = await acme.plugboard.mint({ kind: 'app', scopes });
    return {
      call: (operation, body) => acme.plugboard.call(operation, { key, ...(body === undefined ? {} : { body }) }),
    };
  };

  it('shows a person both accounts, and counts once they say so; id, handle and switches stay', async () => {
    covers('health/another-account-page', 'health/reconnect');
    const id = await connectAcme(acme, ann, { label: 'Of a person' });
    await ann.call(`PATCH /api/v1/connections/${id}/tools/whoami`, { requires_confirmation: true });
    const before = await record(ann, id);
    const page = await goThrough(acme, { browser: ann.browser, oauthUrl: await again(ann, id), as: 'bob' });
    for (const words of ['ann', 'bob']) expect(page.text).toContain(words);
    expect(await record(ann, id)).toMatchObject({ status: 'connected', account: 'ann' });
    await confirm(ann.browser, page);
    expect(await record(ann, id)).toMatchObject({ id, handle: before['handle'], account: 'bob', status: 'connected' });
    const tools = await acme.plugboard.call(`GET /v1/connectors/${id}`, { key: ann.token });
    expect(JSON.stringify(tools.body)).toContain('"requires_confirmation":true');
  });

  it('with another account comes to nothing for an app that has not said that it is meant', async () => {
    covers('health/another-account-direct');
    const caller = await app();
    const { id, oauthUrl } = await begin(caller, 'Of an app');
    await acme.browser().open(pathOf(await acme.oidc.signIn(oauthUrl, 'ann')));
    expect(await record(caller, id)).toMatchObject({ status: 'connected', account: 'ann' });
    const refused = await acme.browser().open(pathOf(await acme.oidc.signIn(await again(caller, id), 'bob')));
    for (const words of ['ann', 'bob', 'confirmAccount']) expect(refused.text).toContain(words);
    expect(await record(caller, id)).toMatchObject({ status: 'connected', account: 'ann' });
    const meant = await again(caller, id, { confirmAccount: true });
    await acme.browser().open(pathOf(await acme.oidc.signIn(meant, 'bob')));
    expect(await record(caller, id)).toMatchObject({ status: 'connected', account: 'bob' });
  });
});

function messageOf({ error }: Record<string, unknown>): string {
  return isRecord(error) ? String(error['message']) : '';
}
