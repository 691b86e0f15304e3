import { beforeAll, describe, expect, it } from 'vitest';
import { type GitlabEmulator, startGitlab } from '../emulators/gitlab.ts';
import type { OauthEmulator } from '../emulators/oauth/emulator.ts';
import { connectGitlab, installGitlab } from '../support/connect.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { loose } from '../support/loose-database.ts';
import {
  eventsOf,
  finished,
  itemsIn,
  revocationNow,
  revocationOf,
  revoke,
  type RevokingWorld,
  startRevokingWorld,
} from '../support/revoking.ts';

const revoking = 'POST /api/v1/connections/revoke';

describeOnDatabases('connections that are revoked by a filter', ({ migrated }) => {
  let world: RevokingWorld;
  let gitlab: GitlabEmulator;
  let call: RevokingWorld['plugboard']['call'];
  beforeAll(async () => {
    gitlab = await startGitlab();
    world = await startRevokingWorld(await migrated());
    ({ call } = world.plugboard);
    return () => Promise.all([world.stop(), gitlab.stop()]);
  });

  const newest = ({ grants }: OauthEmulator) =>
    [...grants.tokens.values()].findLast(({ kind }) => kind === 'access') ?? expect.fail('No token was handed out.');
  const read = async (id: string, key?: string) => {
    const body = { arguments: { project: 'acme/api', issue_iid: 1 } };
    return call(`POST /api/v1/connections/${id}/tools/get_issue/call`, { body, ...(key && { key }) });
  };
  const rowsOf = async (table: string, id: string) => {
    const db = loose(world.plugboard.app.storage.writer);
    return db.selectFrom(table).selectAll().where('connection_id', '=', id).execute();
  };
  const preview = (filter: object, query = '') => call(`${revoking}${query}`, { body: { filter } });
  const meant = async (filter: object) => itemsIn(await preview(filter)).map(({ connection_id: id }) => id);

  it('are shown first, with what would become of each, and nothing is done', async () => {
    covers('revocation/dry-run');
    const key = await connectGitlab(world.plugboard, gitlab.url, { label: 'Key' });
    const signedIn = await world.signIn('slack', 'Talk');
    expect((await read(key)).body['status']).toBe('ok');
    const answer = await preview({ ids: [key, signedIn] });
    expect(answer).toMatchObject({ status: 200, body: { dry_run: true, count: 2, next_cursor: null } });
    expect(itemsIn(answer)).toMatchObject([
      {
        connection_id: signedIn,
        connector: 'slack-emulated',
        scope: 'personal',
        owner: world.person.userId,
        account: 'ann',
        last_used_at: null,
        revocable_at_provider: true,
        message: null,
      },
      {
        connection_id: key,
        connector: 'gitlab',
        label: 'Key',
        status: 'connected',
        last_used_at: expect.any(String),
        revocable_at_provider: false,
        message: expect.stringContaining('End it there'),
      },
    ]);
    expect(answer.text).not.toContain(newest(world.slack).value);
    const first = await preview({ ids: [key, signedIn] }, '?limit=1');
    const second = await preview({ ids: [key, signedIn] }, `?limit=1&cursor=${String(first.body['next_cursor'])}`);
    expect([...itemsIn(first), ...itemsIn(second)].map(({ connection_id: id }) => id)).toEqual([signedIn, key]);
    expect((await read(key)).body['status']).toBe('ok');
    expect(await eventsOf(world.plugboard, `connection:${key}`)).not.toContain('connection.revoked');
  });

  it('are those that all of the filter is true of', async () => {
    covers('revocation/filter');
    const mine = await connectGitlab(world.plugboard, gitlab.url, { label: 'Filtered' });
    const theirs = await connectGitlab(world.plugboard, gitlab.url, { label: 'Theirs', key: world.person.token });
    const shared = await installGitlab(world.plugboard, gitlab.url);
    const { body } = await call(`GET /api/v1/connections/${shared}`);
    const all = [mine, theirs, shared];
    expect((await meant({ ids: all })).toSorted()).toEqual(all.toSorted());
    expect(await meant({ ids: all, owner: world.person.userId })).toEqual([theirs]);
    expect(await meant({ ids: all, scope: 'workspace', connector: 'gitlab' })).toEqual([shared]);
    expect(await meant({ ids: all, connector: 'github' })).toEqual([]);
    expect(await meant({ ids: all, created_before: String(body['createdAt']) })).toEqual([theirs, mine]);
    const sameMoment = String(body['createdAt']).replace('Z', '+00:00');
    expect(await meant({ ids: all, created_before: sameMoment })).toEqual([theirs, mine]);
    expect(await meant({ all: true })).toEqual(expect.arrayContaining(all));
  });

  it.each([
    ['an empty filter', { filter: {} }, 'empty'],
    ['nothing', {}, 'filter'],
    ['everything and something', { filter: { all: true, connector: 'gitlab' } }, 'stands alone'],
    ['no ids', { filter: { ids: [] } }, 'ids'],
    ['an unknown word', { filter: { connectors: 'gitlab' } }, 'connectors'],
    ['a dry run that is confirmed', { filter: { all: true }, dry_run: true, confirm: true }, 'dry_run'],
    ['no dry run that nobody confirmed', { filter: { all: true }, dry_run: false }, 'confirm'],
    ['a time that is none', { filter: { created_before: 'yesterday' } }, 'created_before'],
  ])('are not those of %s', async (_what, body, said) => {
    covers('revocation/filter');
    const answer = await call(revoking, { body });
    expect(answer.status, answer.text).toBe(400);
    expect(answer.text).toContain(said);
  });

  it('may be none: that is an answer, too', async () => {
    covers('revocation/nothing');
    const id = await revoke(world.plugboard, { connector: 'nobody-has-it' });
    await finished(world.plugboard, id);
    const { revocation } = await revocationNow(world.plugboard, id);
    expect(revocation).toMatchObject({ status: 'finished', progress: { total: 0, waiting: 0 } });
  });

  describe('when that is answered', () => {
    it('are gone and refuse calls, whoever has them; their providers know, and each has a receipt', async () => {
      covers('revocation/cut-off', 'revocation/receipts', 'revocation/at-provider', 'revocation/destroyed');
      const key = await connectGitlab(world.plugboard, gitlab.url, { label: 'Going', key: world.person.token });
      const github = await world.signIn('github', 'Octo');
      const google = await world.signIn('google-calendar', 'Days');
      const slack = await world.signIn('slack', 'Words');
      const tokens = [newest(world.github), newest(world.google), newest(world.slack)];
      const ids = [key, github, google, slack];
      const answer = await call(revoking, { body: { filter: { ids }, confirm: true } });
      expect(answer).toMatchObject({ status: 202, body: { progress: { total: 4 }, cut_off_at: expect.any(String) } });
      const id = String(answer.body['id']);
      expect(answer.headers['location']).toMatch(new RegExp(`/api/v1/connections/revocations/${id}$`));
      for (const gone of ids) {
        expect((await call(`GET /api/v1/connections/${gone}`, { key: world.person.token })).status).toBe(404);
        expect((await read(gone, world.person.token)).status).toBe(404);
      }
      const receipts = await finished(world.plugboard, id);
      expect([...receipts.keys()].toSorted()).toEqual(ids.toSorted());
      expect(receipts.get(key)).toMatchObject({ outcome: 'not_supported', message: expect.stringContaining('key') });
      for (const told of [github, google, slack])
        expect(receipts.get(told)).toMatchObject({ outcome: 'revoked_at_provider', message: null, attempts: 0 });
      for (const receipt of receipts.values())
        expect(receipt).toMatchObject({ secrets: 'destroyed', settled_at: expect.any(String) });
      expect(tokens.map(({ ended, grant }) => ended || grant.ended)).toEqual([true, true, true]);
      for (const gone of ids) {
        for (const table of ['connection_secrets', 'grants']) expect(await rowsOf(table, gone)).toEqual([]);
        expect(await rowsOf('revocation_receipts', gone)).toMatchObject([{ box: null }]);
      }
      const { revocation } = await revocationNow(world.plugboard, id);
      const progress = { total: 4, waiting: 0, revoked_at_provider: 3, not_supported: 1, failed: 0 };
      expect(revocation).toMatchObject({ status: 'finished', filter: { ids }, progress });
    });

    it('are on record, one by one: who revoked them, and what came of it', async () => {
      covers('revocation/on-record');
      const slack = await world.signIn('slack', 'Recorded');
      const id = await revoke(world.plugboard, { ids: [slack] });
      await finished(world.plugboard, id);
      expect((await eventsOf(world.plugboard, `connection:${slack}`)).slice(-2)).toEqual([
        'connection.revoked',
        'connection.revoked_at_provider',
      ]);
      expect(await eventsOf(world.plugboard, `revocation:${id}`)).toEqual([
        'revocation.started',
        'revocation.finished',
      ]);
      const { data } = (await call(`GET /api/v1/events?type=connection.revoked&subject=connection:${slack}`)).body;
      expect(data).toMatchObject([
        { actor: expect.stringMatching(/^key:/), data: { connector: 'slack-emulated', revocation: id } },
      ]);
      const listed = itemsIn(await call('GET /api/v1/connections/revocations?limit=1'));
      expect(listed).toMatchObject([{ id, status: 'finished', principal: expect.stringMatching(/^key:/) }]);
    });

    it('are found by what came of them', async () => {
      covers('revocation/receipts');
      const ids = [
        await world.signIn('slack', 'One'),
        await connectGitlab(world.plugboard, gitlab.url, { label: 'Two' }),
      ];
      const id = await revoke(world.plugboard, { ids });
      await finished(world.plugboard, id);
      const narrowed = await call(`GET /api/v1/connections/revocations/${id}?outcome=not_supported`);
      expect(itemsIn(narrowed)).toMatchObject([{ connection_id: ids[1] }]);
      const first = await call(`GET /api/v1/connections/revocations/${id}?limit=1`);
      const next = String(first.body['next_cursor']);
      const second = await call(`GET /api/v1/connections/revocations/${id}?limit=1&cursor=${next}`);
      expect([...itemsIn(first), ...itemsIn(second)].map(({ connection_id: each }) => each).toSorted()).toEqual(
        ids.toSorted(),
      );
      expect(second.body['next_cursor']).toBeNull();
    });

    it('are told of by what they were used for, tool by tool and by whom, since a date', async () => {
      covers('revocation/usage');
      const used = await installGitlab(world.plugboard, gitlab.url);
      const unused = await installGitlab(world.plugboard, gitlab.url);
      const person = world.person.token;
      for (const key of [person, person, world.plugboard.adminKey]) await read(used, key);
      const filter = { ids: [used, unused] };
      const since = new Date(Date.now() - 60_000).toISOString();
      const answer = await call(revoking, { body: { filter, confirm: true, used_since: since } });
      const report = `GET /api/v1/connections/revocations/${String(answer.body['id'])}/usage`;
      const lines = (await call(report)).text.trim().split('\n');
      expect(lines.at(-1)).toBe(JSON.stringify({ end: { connections: 2, since } }));
      const told = lines.slice(0, -1).map((line): unknown => JSON.parse(line));
      expect(told).toContainEqual(expect.objectContaining({ connection_id: unused, calls: 0, last_at: null }));
      const calls = { connection_id: used, connector: 'gitlab', calls: 3 };
      expect(told).toContainEqual(expect.objectContaining(calls));
      expect(lines.join()).toContain('"tool":"get_issue","type":"read","calls":3');
      expect(lines.join()).toContain(`"user_id":"${world.person.userId}","on_behalf_of":null,"calls":2`);
      const later = await call(`${report}?since=${new Date(Date.now() + 60_000).toISOString()}`);
      expect(later.text).toContain('"calls":0');
      expect(later.text).not.toContain('"calls":3');
    });
  });

  it('have a receipt, too, where one is deleted by itself', async () => {
    covers('revocation/receipts', '004/delete-at-provider', '004/delete-destroys');
    const slack = await world.signIn('slack', 'Alone');
    expect((await call(`DELETE /api/v1/connections/${slack}`)).body).toEqual({ deleted: true });
    for (const table of ['connection_secrets', 'grants']) expect(await rowsOf(table, slack)).toEqual([]);
    const id = await revocationOf(world.plugboard, slack);
    expect((await finished(world.plugboard, id)).get(slack)).toMatchObject({ outcome: 'revoked_at_provider' });
    const { revocation } = await revocationNow(world.plugboard, id);
    expect(revocation).toMatchObject({ filter: null });
    const listed = itemsIn(await call('GET /api/v1/connections/revocations?limit=100'));
    expect(listed.map((each) => each['id'])).not.toContain(id);
    expect(await eventsOf(world.plugboard, `revocation:${id}`)).toEqual([]);
  });

  it('are each revoked once, however many ask for it at the same time', async () => {
    covers('revocation/receipts', '004/delete');
    const ids: string[] = [];
    for (const label of ['A', 'B', 'C', 'D']) ids.push(await world.signIn('slack', `At once ${label}`));
    const before = world.slack.requests('POST', 'auth.revoke').length;
    const [first = ''] = ids;
    const asked = [
      revoke(world.plugboard, { ids }),
      revoke(world.plugboard, { ids: ids.slice(1), owner: world.person.userId }),
      revoke(world.plugboard, { ids }),
    ];
    const deleted = call(`DELETE /api/v1/connections/${first}`);
    const revocations = await Promise.all(asked);
    expect([200, 404]).toContain((await deleted).status);
    const receipts = await Promise.all(revocations.map((id) => finished(world.plugboard, id)));
    const found = receipts.flatMap((each) => Array.from(each.keys())).filter((id) => ids.slice(1).includes(id));
    expect(found.toSorted()).toEqual(ids.slice(1).toSorted());
    await expect.poll(() => world.slack.requests('POST', 'auth.revoke').length).toBe(before + ids.length);
  });
});
