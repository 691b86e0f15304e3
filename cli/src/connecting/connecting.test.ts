import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type GitlabEmulator, startGitlab } from '../../../tests/emulators/gitlab.ts';
import { gitlabTokens } from '../../../tests/emulators/gitlab/ledger.ts';
import { type CommandOptions, commandLine } from '../../../tests/support/command-line.ts';
import { installGitlab } from '../../../tests/support/connect.ts';
import { covers } from '../../../tests/support/covers.ts';
import { newDatabases } from '../../../tests/support/databases.ts';
import { type ListeningPlugboard, startListening } from '../../../tests/support/listening.ts';

const databases = newDatabases('sqlite');
const line = commandLine();
let plugboard: ListeningPlugboard;
let gitlab: GitlabEmulator;
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  gitlab = await startGitlab();
  plugboard = await startListening(await databases.migrated());
  env = { PLUGBOARD_URL: plugboard.publicUrl, PLUGBOARD_KEY: plugboard.adminKey };
  return () => gitlab.stop();
});

const run = (args: readonly string[], options: Omit<CommandOptions, 'env'> = {}) => line.run(args, { env, ...options });
const values = (token: string = gitlabTokens.valid) => JSON.stringify({ token, base_url: gitlab.url });
const handles = async (): Promise<readonly string[]> =>
  JSON.parse((await run(['connections', 'list', '--json'])).stdout).map(({ handle }: { handle: string }) => handle);

describe('plugboard connect', () => {
  it('takes values as JSON, has the provider check them, and says what came of it', async () => {
    covers('cli/connect', 'cli/connections');
    const made = await run(['connect', 'gitlab', '--fields', '-', '--label', 'Piped'], { input: values() });
    expect(made).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('Connected as ') });
    expect((await run(['connections', 'list'])).stdout).toMatch(/connected +gitlab +\S+ +personal +Piped/);
  });

  it('fills in the form on a terminal and hides the secret', async () => {
    covers('cli/connect', 'cli/hidden');
    const made = await line.type(
      ['connect', 'gitlab', '--label', 'Typed'],
      [
        ['Access token (not shown', `${gitlabTokens.valid}\r`],
        ['GitLab address', `${gitlab.url}\r`],
      ],
      env,
    );
    expect(made).toMatchObject({ code: 0, stdout: expect.stringContaining('Connected as ') });
    expect(made.stdout).not.toContain(gitlabTokens.valid);
  });

  it('leaves nothing where the provider says no', async () => {
    covers('cli/connect');
    const before = await handles();
    const refused = await run(['connect', 'gitlab', '--label', 'No', '--fields', '-'], { input: values('glpat-no') });
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).not.toContain('glpat-no');
    expect(await handles()).toEqual(before);
  });

  it('broken off while somebody is to sign in is 130, and leaves nothing', async () => {
    covers('cli/broken-off');
    const before = await handles();
    const args = ['connect', 'gitlab', '--auth-mode', 'byo_oauth', '--label', 'Off', '--fields', '-', '--no-browser'];
    const fields = { client_id: 'x', client_secret: 'y', base_url: gitlab.url };
    const running = line.start(args, { env, input: JSON.stringify(fields) });
    await running.says('Open this page and sign in');
    expect(await handles()).toHaveLength(before.length + 1);
    running.child.kill('SIGINT');
    expect(await running.end).toMatchObject({ code: 130, stdout: '' });
    expect(await handles()).toEqual(before);
  });

  it('broken off in the form leaves nothing, and shows nothing', async () => {
    covers('cli/broken-off');
    const before = await handles();
    const off = await line.type(
      ['connect', 'gitlab', '--label', 'Off'],
      [['Access token (not shown', 'glpat-half\u0003']],
      env,
    );
    expect(off).toMatchObject({ code: 130, stdout: expect.not.stringContaining('glpat-half') });
    expect(await handles()).toEqual(before);
  });

  it('gives up where nobody signs in in time, and leaves nothing', async () => {
    const before = await handles();
    const args = ['connect', 'gitlab', '--auth-mode', 'byo_oauth', '--label', 'Late', '--fields', '-', '--wait', '0'];
    const fields = { client_id: 'x', client_secret: 'y', base_url: gitlab.url };
    const late = await run(args, { input: JSON.stringify(fields) });
    expect(late).toMatchObject({ code: 6, stderr: expect.stringContaining('Nobody signed in in time') });
    expect(await handles()).toEqual(before);
  });

  it.each([
    [['connect'], 2, 'connectors list'],
    [['connect', 'gitlb'], 5, 'no connector "gitlb"'],
    [['connect', 'gitlab', '--label', 'A'], 2, 'Values are missing: token'],
    [['connect', 'gitlab', '--label', 'A', '--field', 'token=x'], 2, '"token" is a secret'],
    [['connect', 'gitlab', '--label', 'A', '--field', 'base_ulr=x'], 2, 'Did you mean "base_url"?'],
    [['connect', 'gitlab', '--label', 'A', '--auth-mode', 'byo_oaut'], 2, 'Did you mean "byo_oauth"?'],
    [['connect', 'gitlab', '--label', 'A', '--wait', 'long'], 2, '--wait'],
    [['connect', 'gitlab', '--label', 'Piped'], 1, 'connections reconnect'],
  ])('%j is %i and says what to do', async (args, code, sentence) => {
    expect(await run(args)).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(sentence) });
  });
});

describe('plugboard connections', () => {
  it('shows, reconnects, and revokes by handle', async () => {
    covers('cli/connections', 'cli/json');
    await run(['connect', 'gitlab', '--fields', '-', '--label', 'Fleeting'], { input: values() });
    const [handle = ''] = await handles();
    const shown = await run(['connections', 'show', handle]);
    expect(shown).toMatchObject({ code: 0, stdout: expect.stringContaining(`${handle}__list_projects`) });
    expect(JSON.parse((await run(['connections', 'show', handle, '--json'])).stdout)).toMatchObject({ handle });

    const file = join(line.home, 'new.json');
    writeFileSync(file, values());
    expect(await run(['connections', 'reconnect', handle, '--fields', file])).toMatchObject({ code: 0, stderr: '' });
    const refused = await run(['connections', 'reconnect', handle, '--fields', '-'], { input: values('glpat-no') });
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(await run(['connections', 'test', handle])).toMatchObject({ code: 0, stdout: `${handle} works.\n` });

    expect(await run(['connections', 'revoke', handle])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--yes'),
    });
    const kept = await line.type(['connections', 'revoke', handle], [['for good?', 'n\r']], env);
    expect(kept).toMatchObject({ code: 1, stdout: expect.stringContaining('Nothing was revoked') });
    expect(await run(['connections', 'revoke', handle, '--yes'])).toMatchObject({ code: 0 });
    expect(await run(['connections', 'show', handle])).toMatchObject({
      code: 5,
      stderr: expect.stringContaining('no connection'),
    });
  });

  it('tests a shared one with its provider, and says how to mend it', async () => {
    covers('cli/connections');
    const id = await installGitlab(plugboard, gitlab.url);
    expect(await run(['connections', 'test', id])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('works.'),
    });
    gitlab.next('unavailable', 'unavailable', 'unavailable');
    const failed = await run(['connections', 'test', id]);
    expect(failed).toMatchObject({ code: 1, stdout: expect.stringContaining('connections reconnect') });
  });

  it('near misses are named', async () => {
    const [handle = ''] = await handles();
    const missed = await run(['connections', 'show', `${handle}x`]);
    expect(missed).toMatchObject({ code: 5, stderr: expect.stringContaining(`Did you mean "${handle}"?`) });
  });
});
