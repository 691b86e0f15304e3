import { beforeAll, describe, expect, it } from 'vitest';
import { type Asking, startAsking } from '../../../tests/support/asking.ts';
import { type CommandOptions, commandLine } from '../../../tests/support/command-line.ts';
import { covers } from '../../../tests/support/covers.ts';
import { newDatabases } from '../../../tests/support/databases.ts';

const databases = newDatabases('sqlite');
const line = commandLine();
let asking: Asking;

beforeAll(async () => {
  asking = await startAsking(await databases.migrated());
  return () => asking.gitlab.stop();
});

const envOf = (key: string) => ({ PLUGBOARD_URL: asking.plugboard.publicUrl, PLUGBOARD_KEY: key });
const run = (args: readonly string[], options: Omit<CommandOptions, 'env'> = {}) =>
  line.run(args, { env: envOf(asking.agent), ...options });
const asAnn = (args: readonly string[]) => line.run(args, { env: envOf(asking.ann.token) });
const outputOf = (stdout: string): Readonly<Record<string, unknown>> => JSON.parse(stdout);

describe('plugboard tools', () => {
  it('lists, finds by words, and shows arguments', async () => {
    covers('cli/tools', 'cli/json');
    expect((await run(['tools', 'list'])).stdout).toMatch(/^gitlab__create_issue +write +asks /m);
    const found = JSON.parse((await run(['tools', 'search', 'issue', 'comment', '--json'])).stdout);
    expect(found.length).toBeGreaterThan(0);
    expect((await run(['tools', 'search', 'zebra'])).stdout).toContain('no such tool');
    const shown = await run(['tools', 'show', 'gitlab__list_issues']);
    expect(shown.stdout).toMatch(/^--project +string +required/m);
    expect(shown.stdout).toContain('plugboard call gitlab__list_issues --project …');
    expect(await run(['tools', 'show', 'gitlab__nothing'])).toMatchObject({ code: 5 });
    const missed = await run(['tools', 'show', 'gitlab__list_isue']);
    expect(missed).toMatchObject({ code: 5, stderr: expect.stringContaining('"gitlab__list_issues"') });
    expect(await run(['tools', 'list', '--connection', 'elsewhere'])).toMatchObject({ code: 0 });
  });
});

describe('plugboard call', () => {
  it('sends arguments in the types of the schema', async () => {
    covers('cli/call');
    const called = await run(['call', 'gitlab__list_issues', '--project', 'acme/api', '--state', 'opened']);
    expect(called).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(called.stdout)).toEqual(expect.any(Object));
    const whole = await run(['call', 'list_issues', 'project=acme/api', '--connection', 'gitlab', '--json']);
    expect(outputOf(whole.stdout)).toMatchObject({ status: 'ok' });
  });

  it('takes an object from standard input, and options beside it', async () => {
    covers('cli/call');
    const input = JSON.stringify({ project: 'acme/nowhere', state: 'opened' });
    const called = await run(['call', 'gitlab__list_issues', '-', '--project', 'acme/api'], { input });
    expect(called).toMatchObject({ code: 0, stderr: '' });
  });

  it.each([
    [['call'], 2, 'Say which tool first'],
    [['call', '--project', 'x'], 2, 'Say which tool first'],
    [['call', 'gitlab__list_issues', '--projct', 'x'], 2, 'Did you mean "--project"?'],
    [['call', 'gitlab__list_issues', 'projct=x'], 2, 'Did you mean "project"?'],
    [['call', 'gitlab__get_issue', '--project', 'acme/api', '--issue_iid', 'x'], 2, 'whole number'],
    [['call', 'gitlab__list_issues'], 2, 'project'],
    [['call', 'gitlab__list_issues', '--wait', 'x'], 2, '--wait'],
    [['call', 'gitlab__nothing_like_it'], 5, 'gitlab__nothing_like_it'],
    [['call', 'gitlab__list_isues', '--project', 'x'], 5, 'Did you mean "gitlab__list_issues"?'],
    [['call', 'list_isues', 'project=x'], 5, 'Did you mean "list_issues"?'],
    [['call', 'github__list_issues'], 6, 'http'],
    [['call', 'github__list_issues', '--repo', 'acme/api'], 6, 'http'],
  ])('%j is %i and says what to do', async (args, code, sentence) => {
    covers('cli/exit-codes');
    expect(await run(args)).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(sentence) });
  });

  it.each(['', '[1]', '{"a":'])('refuses %j from standard input', async (input) => {
    const refused = await run(['call', 'gitlab__list_issues', '-'], { input });
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('one JSON object') });
  });
});

describe('a call that a person decides', () => {
  const create = (title: string, ...more: string[]) =>
    ['call', 'gitlab__create_issue', '--project', 'acme/api', '--title', title, ...more] as const;

  it('says where, waits, and gives the result once somebody approves it from another terminal', async () => {
    covers('cli/approvals');
    const running = line.start(create('Decided on'), { env: envOf(asking.agent) });
    await running.says('A person has to decide: http');
    const listed = JSON.parse((await asAnn(['approvals', 'list', '--json'])).stdout);
    const [{ id }] = listed;
    const shown = await asAnn(['approvals', 'show', id]);
    expect(shown.stdout).toContain('"title": "Decided on"');
    expect(await asAnn(['approvals', 'approve', id, '--note', 'fine'])).toMatchObject({ code: 0 });
    expect(await running.end).toMatchObject({ code: 0, stdout: expect.stringContaining('Decided on') });
    expect(asking.sent('Decided on')).toBe(1);
    expect(await asAnn(['approvals', 'approve', id])).toMatchObject({ code: 1, stdout: '' });
  });

  it('shows exactly what would be sent before somebody approves it on a terminal', async () => {
    covers('cli/approvals');
    const id = await asking.ask(asking.newIssue());
    const refused = await line.type(
      ['approvals', 'approve', id],
      [['Let exactly this run?', 'n\r']],
      envOf(asking.ann.token),
    );
    expect(refused).toMatchObject({ code: 1, stdout: expect.stringContaining('"project": "acme/api"') });
    expect(await asking.see(id)).toMatchObject({ body: { status: 'pending' } });
    const agreed = await line.type(
      ['approvals', 'approve', id],
      [['Let exactly this run?', 'y\r']],
      envOf(asking.ann.token),
    );
    expect(agreed).toMatchObject({ code: 0 });
  });

  it('is 6 where nobody is waited for, and 7 where somebody says no', async () => {
    covers('cli/exit-codes', 'cli/approvals');
    const waiting = await run(create('Declined', '--wait', '0', '--json'));
    expect(waiting).toMatchObject({ code: 6 });
    const id = String(outputOf(waiting.stdout)['approval_id']);
    const running = line.start(create('Declined'), { env: envOf(asking.agent) });
    await running.says('A person has to decide');
    expect(await asAnn(['approvals', 'decline', id])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('declined'),
    });
    expect(await running.end).toMatchObject({ code: 7, stdout: '' });
    expect(asking.sent('Declined')).toBe(0);
  });

  it('broken off while it waits is 130, and the request stays', async () => {
    covers('cli/broken-off');
    const running = line.start(create('Left alone'), { env: envOf(asking.agent) });
    await running.says('A person has to decide');
    running.child.kill('SIGINT');
    expect(await running.end).toMatchObject({ code: 130, stdout: '' });
    expect(await asking.see(await asking.asked('Left alone'))).toMatchObject({ body: { status: 'pending' } });
  });

  it('cannot be decided by the key that asked', async () => {
    const id = await asking.ask(asking.newIssue());
    expect(await run(['approvals', 'approve', id, '--yes'])).toMatchObject({ code: 4, stdout: '' });
  });

  it('appears to whoever watches, a line each', async () => {
    covers('cli/approvals', 'cli/json');
    const running = line.start(['approvals', 'watch', '--json'], { env: envOf(asking.ann.token) });
    const id = await asking.ask(asking.newIssue());
    const said = await running.says(id);
    for (const row of said.trim().split('\n')) expect(JSON.parse(row)).toMatchObject({ status: 'pending' });
    running.child.kill('SIGINT');
    expect(await running.end).toMatchObject({ code: 130, stderr: '' });
  });
});
