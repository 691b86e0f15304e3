import { spawnSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GitlabEmulator, startGitlab } from '../emulators/gitlab.ts';
import { gitlabTokens } from '../emulators/gitlab/ledger.ts';
import { connectGitlab } from '../support/connect.ts';
import { newDatabases } from '../support/databases.ts';
import { freePort } from '../support/free-port.ts';
import { type ListeningPlugboard, startListening } from '../support/listening.ts';
import { addPerson, type Person } from '../support/people.ts';
import { deliveriesOf, makeWebhook } from '../support/webhooks.ts';
import { examplePrograms, type Program } from './plain-programs.ts';

const catalogDirs = [join(import.meta.dirname, '../../examples/custom-connector/connectors')];
const hasPython = spawnSync('python3', ['--version'], { stdio: 'ignore' }).error === undefined;

describe('the examples that need no framework', () => {
  const databases = newDatabases('sqlite');
  const { start, run } = examplePrograms();
  let gitlab: GitlabEmulator;
  let plugboard: ListeningPlugboard;

  beforeAll(async () => {
    gitlab = await startGitlab();
    plugboard = await startListening(await databases.migrated(), { catalogDirs });
  });
  afterAll(() => gitlab.stop());

  /** A person, and the settings of a program of theirs. */
  async function somebody() {
    const person = await addPerson(plugboard, 'MEMBER');
    const key = await plugboard.mint({ by: person.token, kind: 'app' });
    return { person, env: { PLUGBOARD_URL: plugboard.publicUrl, PLUGBOARD_KEY: key, GITLAB_URL: gitlab.url } };
  }

  /** Decides what a program says that it waits for. */
  async function decide(said: string, verb: 'approve' | 'decline', { token: key }: Person): Promise<void> {
    const [, id] = /\/approvals\/([0-9a-f-]{36})/.exec(said) ?? [];
    expect((await plugboard.call(`POST /api/v1/approvals/${id}/${verb}`, { key })).status).toBe(200);
  }

  const issues = (title: string) =>
    gitlab.requests('POST', '/issues').filter(({ body }) => JSON.stringify(body).includes(title)).length;
  const nowhere = async () => `http://127.0.0.1:${await freePort()}`;
  const noSecret = (said: string, env: Readonly<Record<string, string>>) => {
    for (const secret of [env['PLUGBOARD_KEY'] ?? '', gitlabTokens.valid]) expect(said).not.toContain(secret);
  };

  describe('connect-and-call', () => {
    const program = ['node', 'connect-and-call/connect-and-call.ts', 'acme/api'];
    let own: Awaited<ReturnType<typeof somebody>>;
    beforeAll(async () => {
      own = await somebody();
    });

    it('says in the words of GitLab what is wrong with a token', async () => {
      const { code, said } = await run([...program, 'Never'], { ...own.env, GITLAB_TOKEN: 'glpat-wrong' });
      expect(code).toBe(1);
      expect(said).toMatch(/^INVALID_INPUT: .*401 Unauthorized.* \(request [0-9a-f-]{36}\)\n$/);
    });

    it('connects, searches, reads, and has a person decide a write', async () => {
      const env = { ...own.env, GITLAB_TOKEN: gitlabTokens.valid };
      const running = start([...program, 'From a program'], env);
      await decide(await running.says('A person decides: '), 'approve', own.person);
      const { code, said } = await running.end;
      expect(said).toMatch(/^Connected: gitlab, as ann\n/);
      for (const line of ['gitlab__list_issues (read)', 'gitlab__create_issue (write)', 'Open: {', 'Created: {'])
        expect(said).toContain(line);
      expect([code, issues('From a program')]).toEqual([0, 1]);
      noSecret(said, env);
    });

    it('needs no token the second time, and says that somebody said no', async () => {
      const running = start([...program, 'Unwanted'], own.env);
      await decide(await running.says('A person decides: '), 'decline', own.person);
      const { code, said } = await running.end;
      expect([code, issues('Unwanted')]).toEqual([1, 0]);
      expect(said).toContain('create_issue came to nothing (declined)');
    });

    it('says that a key is not valid, or that nothing answers', async () => {
      const wrong = await run([...program, 'Never'], { ...own.env, PLUGBOARD_KEY: 'pb_wrong' });
      expect(wrong).toMatchObject({ code: 1, said: expect.stringMatching(/^UNAUTHORIZED: .* \(request .*\)\n$/) });
      const gone = await run([...program, 'Never'], { ...own.env, PLUGBOARD_URL: await nowhere() });
      expect(gone).toMatchObject({ code: 1, said: expect.stringMatching(/^UNREACHABLE: Nothing answers at .*\n$/) });
    });
  });

  describe('with GitLab connected', () => {
    let own: Awaited<ReturnType<typeof somebody>>;
    let handle: string;
    beforeAll(async () => {
      own = await somebody();
      const { token: key } = own.person;
      const id = await connectGitlab(plugboard, gitlab.url, { key });
      handle = String((await plugboard.call(`GET /api/v1/connections/${id}`, { key })).body['handle']);
    });

    it('mcp-client lists tools, and calls one', async () => {
      const listed = await run(['node', 'mcp-client/mcp-client.ts'], own.env);
      expect(listed).toMatchObject({ code: 0, said: expect.stringContaining(`${handle}__list_issues: List issues (`) });
      const call = ['node', 'mcp-client/mcp-client.ts', `${handle}__list_issues`];
      const called = await run([...call, '{"project":"acme/api"}'], own.env);
      expect(called).toMatchObject({ code: 0, said: expect.stringContaining('Login fails') });
      noSecret(called.said, own.env);
      const mistaken = await run([...call, '{"project":7}'], own.env);
      expect(mistaken).toMatchObject({ code: 1, said: expect.stringContaining('project') });
    });

    it('mcp-client says that a key is not valid, or that nothing answers', async () => {
      const wrong = await run(['node', 'mcp-client/mcp-client.ts'], { ...own.env, PLUGBOARD_KEY: 'pb_wrong' });
      expect(wrong).toEqual({ code: 1, said: 'Plugboard does not know this key, or it was revoked.\n' });
      const url = await nowhere();
      const gone = await run(['node', 'mcp-client/mcp-client.ts'], { ...own.env, PLUGBOARD_URL: url });
      expect(gone).toEqual({ code: 1, said: `Nothing answers at ${url}.\n` });
    });

    describe.skipIf(!hasPython)('python-rest (needs python3)', () => {
      const program = ['python3', 'python-rest/plugboard_rest.py'];

      it('lists connections, reads, and has a person decide a write', async () => {
        expect(await run(program, own.env)).toEqual({ code: 0, said: `${handle} is connected, as ann\n` });
        const read = await run([...program, handle, 'list_issues', '{"project":"acme/api"}'], own.env);
        expect(read).toMatchObject({ code: 0, said: expect.stringContaining('"title": "Login fails"') });
        const wish = '{"project":"acme/api","title":"From Python"}';
        const running = start([...program, handle, 'create_issue', wish], own.env);
        await decide(await running.says('A person decides: '), 'approve', own.person);
        const { code, said } = await running.end;
        expect(said).toContain('"title": "From Python"');
        expect([code, issues('From Python')]).toEqual([0, 1]);
        noSecret(said, own.env);
      });

      it('tells errors apart', async () => {
        const mistaken = await run([...program, handle, 'create_issue', '{"project":7}'], own.env);
        expect(mistaken).toMatchObject({ code: 1, said: expect.stringContaining('create_issue: input: ') });
        const missing = await run([...program, 'nothing', 'list_issues'], own.env);
        expect(missing).toMatchObject({ code: 1, said: expect.stringMatching(/^NOT_FOUND: .* \(request .*\)\n$/) });
        const wrong = await run(program, { ...own.env, PLUGBOARD_KEY: 'pb_wrong' });
        expect(wrong).toMatchObject({ code: 1, said: expect.stringMatching(/^UNAUTHORIZED: .* \(request .*\)\n$/) });
        const gone = await run(program, { ...own.env, PLUGBOARD_URL: await nowhere() });
        expect(gone).toMatchObject({ code: 1, said: expect.stringMatching(/^UNREACHABLE: Nothing answers at /) });
      });
    });
  });

  describe('cli-script', () => {
    const program = ['bash', 'cli-script/report-issue.sh', 'acme/api', 'The "backup" failed'];

    it('connects, asks, and reports once, however often it runs', async () => {
      const { person, env } = await somebody();
      const tokenless = await run(program, env);
      expect(tokenless).toMatchObject({ code: 1, said: expect.stringContaining('GITLAB_TOKEN') });
      const first = await run(program, { ...env, GITLAB_TOKEN: gitlabTokens.valid });
      expect(first).toMatchObject({ code: 6, said: expect.stringContaining('It waits for a person.') });
      noSecret(first.said, env);
      const second = start(program, { ...env, WAIT: '45' });
      await decide(await second.says('A person has to decide: '), 'approve', person);
      expect(await second.end).toEqual({ code: 0, said: expect.stringContaining('Reported: The "backup" failed\n') });
      expect(await run(program, env)).toEqual({ code: 0, said: 'It is there already: The "backup" failed\n' });
      expect(gitlab.state.projects[0]?.issues.filter(({ title }) => title === 'The "backup" failed').length).toBe(1);
    });

    it('ends with the exit code of what went wrong', async () => {
      const { env } = await somebody();
      expect(await run(program, { ...env, PLUGBOARD_KEY: 'pb_wrong' })).toMatchObject({ code: 4 });
      const gone = await run(program, { ...env, PLUGBOARD_URL: await nowhere() });
      expect(gone).toMatchObject({ code: 3, said: expect.stringContaining('Nothing answers at') });
      expect(await run(program.slice(0, 2), env)).toMatchObject({ code: 2 });
    });
  });

  describe('custom-connector', () => {
    it('is connected once its API has accepted the token, read, and written to by leave of a person', async () => {
      const { person, env } = await somebody();
      const running = start(['node', 'custom-connector/try-it.ts'], env);
      await decide(await running.says('A person decides: '), 'approve', person);
      const { code, said } = await running.end;
      for (const line of [
        'In the catalog: Acme Desk 1.0.0\n',
        'Unknown token',
        'With the right one: connected, as ann@acme.example\n',
        'get_ticket: {"status":"ok","output":{"number":17,"subject":"Door","state":"open","messages":[',
        'answer_ticket: {"status":"ok"',
        'The desk has: ["The door does not open.","Pull, do not push."]\n',
      ])
        expect(said).toContain(line);
      expect(code).toBe(0);
      const { body } = await plugboard.call('GET /api/v1/connections', { key: person.token });
      expect(body['items']).toEqual([]);
    });

    it('says what a server lacks that does not have it in its catalog', async () => {
      const bare = await startListening(await databases.migrated());
      const env = { PLUGBOARD_URL: bare.publicUrl, PLUGBOARD_KEY: bare.adminKey };
      const { code, said } = await run(['node', 'custom-connector/try-it.ts'], env);
      expect([code, said]).toEqual([1, expect.stringMatching(/^NOT_FOUND: .*PLUGBOARD_CATALOG_DIRS/)]);
    });
  });

  describe('webhook-receiver', () => {
    const program = ['node', 'webhook-receiver/receiver.ts'];
    const count = async (running: Program, words: string) => (await running.says(words)).split(words).length - 1;

    async function stopped({ child }: Program): Promise<void> {
      child.kill();
      await once(child, 'close');
    }

    it('takes what is signed, each once, also over a restart', async () => {
      const port = await freePort();
      const url = `http://127.0.0.1:${port}/hooks/plugboard`;
      const { id, secret } = await makeWebhook(plugboard, url);
      const env = { PLUGBOARD_WEBHOOK_SECRET: secret, PORT: String(port) };
      const before = start(program, env);
      await before.says('Webhooks are taken at');
      expect(await plugboard.call(`POST /api/v1/webhooks/${id}/test`)).toMatchObject({ body: { status: 'delivered' } });
      const [delivery] = await deliveriesOf(plugboard, id);
      const line = `webhook.test of ${id} (${delivery?.id})\n`;
      const replay = () => plugboard.call(`POST /api/v1/webhooks/${id}/deliveries/${delivery?.id}/replay`);
      expect(await count(before, line)).toBe(1);
      await replay();
      await before.says(`Already here (${delivery?.id})`);
      expect(await count(before, line)).toBe(1);
      await stopped(before);

      const after = start(program, env);
      await after.says('Webhooks are taken at');
      await replay();
      expect(await after.says('Already here')).not.toContain(line);
      expect((await fetch(url, { method: 'POST', ...signed(secret, 'x') })).status).toBe(400);
      expect((await fetch(url, { method: 'POST', body: '{"type":"forged"}' })).status).toBe(400);
      await stopped(after);
    });

    it('says that it needs a secret', async () => {
      expect(await run(program, {})).toMatchObject({
        code: 1,
        said: expect.stringMatching(/^Set PLUGBOARD_WEBHOOK_SECRET/),
      });
    });
  });
});

/** A message whose signature holds for another body. */
function signed(secret: string, of: string) {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const signature = createHmac('sha256', key).update(`1.${timestamp}.${of}`).digest('base64');
  const headers = { 'webhook-id': '1', 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
  return { headers, body: '{"type":"forged","timestamp":"","data":{}}' };
}
