import { execFile, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseJson } from '../../../server/src/lib/json.ts';
import { newDatabases } from '../../support/databases.ts';
import { type ListeningPlugboard, startListening } from '../../support/listening.ts';
import { mcpClient } from '../../support/mcp-client.ts';
import { type Github, startGithub } from './github.ts';
import { firstCall } from './sdk-first-call.ts';

const execute = promisify(execFile);
const root = join(import.meta.dirname, '../../..');
const githubToken = 'github_pat_of_nobody_0123456789';

/** The commands are shown with curl, and are run with it. */
const hasCurl = spawnSync('curl', ['--version'], { stdio: 'ignore' }).error === undefined;

describe.skipIf(!hasCurl)('the first steps that the documentation shows', () => {
  const databases = newDatabases('sqlite');
  const folder = mkdtempSync(join(tmpdir(), 'plugboard-first-call-'));
  let github: Github;
  let plugboard: ListeningPlugboard;
  let said: readonly unknown[];

  beforeAll(async () => {
    github = await startGithub(githubToken);
    plugboard = await startListening(await databases.migrated(), { builtIn: catalogWith(github.url) });
    said = await runProgram();
  });
  afterAll(async () => {
    await github.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** The connector that we ship, for a GitHub of ours. */
  function catalogWith(url: string): string {
    const home = join(folder, 'connectors');
    cpSync(join(root, 'connectors/github'), join(home, 'github'), { recursive: true });
    const file = join(home, 'github/connector.yaml');
    writeFileSync(
      file,
      readFileSync(file, 'utf8').replaceAll(/(?<=default:)\s?https:\/\/api\.github\.com/g, (found) =>
        found.replace('https://api.github.com', url),
      ),
    );
    return home;
  }

  /** Runs what is shown, as it is shown: only the port is another, and `npx plugboard` is the one of this tree. */
  async function runProgram(): Promise<readonly unknown[]> {
    const program = read('first-call.sh');
    const home = join(folder, 'home');
    mkdirSync(join(home, 'data'), { recursive: true });
    writeFileSync(join(home, 'data/admin.key'), plugboard.adminKey);
    writeFileSync(
      join(home, 'npx'),
      `#!/bin/sh\nshift\nexec "${process.execPath}" "${join(root, 'cli/src/main.ts')}" "$@"\n`,
      { mode: 0o755 },
    );
    const { stdout } = await execute('bash', ['-c', program.replaceAll('http://localhost:7400', plugboard.publicUrl)], {
      cwd: home,
      env: {
        PATH: [home, dirname(process.execPath), process.env['PATH']].join(delimiter),
        GITHUB_TOKEN: githubToken,
        PLUGBOARD_URL: plugboard.publicUrl,
      },
    });
    return stdout
      .replaceAll(/(?<=[}\]])(?=[{[])/g, '\n')
      .split('\n')
      .map(parseJson);
  }

  it('connect, read, ask, and have a person decide', () => {
    expect(said).toMatchObject([
      { next_step: '' },
      [{ connectorSlug: 'github', status: 'connected', account: 'octocat' }],
      { status: 'ok', output: { items: [{ title: 'Login button is grey' }] } },
      { status: 'needs_approval' },
      { status: 'pending', arguments: { title: 'Found by an agent' } },
      { status: 'done' },
    ]);
    expect(github.titles).toEqual(['Login button is grey', 'Found by an agent']);
  });

  it('work over MCP, with the configuration that is shown', async () => {
    const { plugboard: entry } = JSON.parse(read('mcp-client.json')).mcpServers;
    expect(entry).toEqual({
      type: 'http',
      url: 'http://localhost:7400/mcp',
      headers: { Authorization: 'Bearer ${AGENT_KEY}' },
    });
    const client = await mcpClient(plugboard.publicUrl, await plugboard.mint());
    const issues = { owner: 'octocat', repo: 'hello-world' };
    const { content } = await client.callTool({ name: 'github__list_issues', arguments: issues });
    await client.close();
    expect(JSON.stringify(content)).toContain('Found by an agent');
  });

  it('leave a connection with a wrong token as it is, with the words of GitHub', async () => {
    const body = { fields: { token: 'github_pat_wrong_0123456789' } };
    const { body: installed } = await plugboard.call('POST /api/v1/connectors/github/install?workspace_id=default', {
      body,
    });
    const look = async () =>
      (await plugboard.call(`GET /api/v1/connections/${String(installed['integration_id'])}`)).body;
    const refused = { status: 'auth_failed', statusReason: expect.stringContaining('Bad credentials') };
    await expect.poll(look).toMatchObject(refused);
  });

  it('work through the SDK', async () => {
    const outcome = await firstCall(plugboard.publicUrl, await plugboard.mint());
    expect(outcome).toMatchObject({ status: 'ok', output: { items: [{ title: 'Login button is grey' }, {}] } });
  });
});

function read(file: string): string {
  return readFileSync(join(import.meta.dirname, file), 'utf8');
}
