import { once } from 'node:events';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gitlabTokens } from '../emulators/gitlab/ledger.ts';
import { type GitlabEmulator, startGitlab } from '../emulators/gitlab.ts';
import { linksIn } from '../docs/links/links-in.ts';
import { freePort } from '../support/free-port.ts';
import { endGroup, type InstalledPackage, installPackage, type RunningProgram } from './installed-package.ts';

const root = join(import.meta.dirname, '../..');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** Bytes. Whoever goes beyond says why in the change that does. */
const most = { packed: 2_500_000, unpacked: 10_000_000, installed: 16_000_000 };

const plugboard = (...args: readonly string[]): readonly string[] => ['npx', '--no', '--', 'plugboard', ...args];

describe('the package that npm users get', () => {
  let installed: InstalledPackage;
  let gitlab: GitlabEmulator;
  const started: RunningProgram[] = [];

  beforeAll(async () => {
    installed = await installPackage();
    gitlab = await startGitlab();
  });
  afterAll(async () => {
    await Promise.all(started.map((program) => endGroup(program, 'SIGKILL')));
    await gitlab.stop();
    installed.remove();
  });

  /** What is in the tarball, or with what is below it. */
  const files = ({ below = false } = {}): string[] =>
    readdirSync(installed.home, { recursive: true, encoding: 'utf8' })
      .filter((name) => statSync(join(installed.home, name)).isFile())
      .filter((name) => below || !name.startsWith('node_modules/'));
  const bytes = (names: readonly string[]): number =>
    names.reduce((sum, name) => sum + statSync(join(installed.home, name)).size, 0);

  it('has no scripts to run, and exact dependencies alone', () => {
    const manifest = JSON.parse(readFileSync(join(installed.home, 'package.json'), 'utf8'));
    expect(manifest).toMatchObject({ name: 'plugboard', version, type: 'module', license: 'Apache-2.0' });
    expect(manifest).toMatchObject({ engines: { node: '>=24' }, bin: { plugboard: 'dist/cli/plugboard.js' } });
    for (const fact of ['scripts', 'workspaces', 'devDependencies', 'optionalDependencies', 'private'])
      expect(manifest).not.toHaveProperty(fact);
    for (const wanted of Object.values(manifest.dependencies)) expect(wanted).toMatch(/^\d+\.\d+\.\d+$/);
  });

  it('brings exactly what was tested, and nothing that has to be built', () => {
    const { packages } = JSON.parse(readFileSync(join(installed.home, 'npm-shrinkwrap.json'), 'utf8'));
    const { ['']: _own, ...pinned } = packages;
    const there = JSON.parse(readFileSync(join(installed.folder, 'node_modules/.package-lock.json'), 'utf8')).packages;
    const { ['node_modules/plugboard']: _plugboard, ...brought } = there;
    expect(Object.keys(brought)).toEqual(Object.keys(pinned).map((place) => `node_modules/plugboard/${place}`));
    for (const [place, { version: wanted, integrity }] of Object.entries<Record<string, string>>(pinned))
      expect(brought[`node_modules/plugboard/${place}`]).toMatchObject({ version: wanted, integrity });
    for (const facts of Object.values(there)) expect(facts).not.toHaveProperty('hasInstallScript');
  });

  it('is small, and holds no source, no test, no secret and no path of the machine that packed it', () => {
    expect(statSync(installed.tarball).size).toBeLessThan(most.packed);
    expect(bytes(files())).toBeLessThan(most.unpacked);
    expect(bytes(files({ below: true }))).toBeLessThan(most.installed);
    expect(files().filter((name) => /\.(ts|tsx|map)$|test|emulator|\.env|\.key$|\.db/.test(name))).toEqual([]);
    for (const name of files()) {
      const text = readFileSync(join(installed.home, name), 'utf8');
      expect([name, text.includes(root)]).toEqual([name, false]);
      expect([name, /-----BEGIN [A-Z ]*PRIVATE KEY-----\n[A-Za-z0-9+/]{40}/.test(text)]).toEqual([name, false]);
      expect([name, Object.values(gitlabTokens).some((token) => text.includes(token))]).toEqual([name, false]);
    }
  });

  it('names every package it contains, with its licence', () => {
    const notices = readFileSync(join(installed.home, 'THIRD-PARTY-NOTICES.txt'), 'utf8');
    for (const name of ['fastify', 'zod', 'better-auth', 'undici'])
      expect(notices).toMatch(new RegExp(`^${name} \\d`, 'm'));
    expect(notices).toContain('Permission is hereby granted');
  });

  it('has a page that names every variable, and leads nowhere that is not in it', () => {
    const page = readFileSync(join(installed.home, 'README.md'), 'utf8');
    for (const name of ['PLUGBOARD_PUBLIC_URL', 'DATABASE_URL', 'PLUGBOARD_MASTER_KEY_FILE'])
      expect(page).toContain(name);
    expect(linksIn(page)).toEqual([]);
  });

  it('says its version, and explains itself', async () => {
    expect(await installed.run(plugboard('--version'))).toBe(`${version}\n`);
    expect(await installed.run(plugboard('--help'))).toContain('serve');
  });

  it('serves: a connection is made, a tool called, and both are there after a restart', async () => {
    const port = String(await freePort());
    const settings = {
      PLUGBOARD_PORT: port,
      PLUGBOARD_DATA_DIR: join(installed.folder, 'data'),
      PLUGBOARD_EGRESS_ALLOW: '127.0.0.1',
    };
    const first = installed.start(plugboard('serve'), settings);
    started.push(first);
    await first.says('Plugboard is ready');
    const post = async (path: string, body: object) => {
      const response = await fetch(`http://localhost:${port}${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${adminKey()}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      return JSON.parse(await response.text());
    };
    const adminKey = () => readFileSync(join(installed.folder, 'data/admin.key'), 'utf8').trim();
    const begun = await post('/api/v1/connections', { connectorSlug: 'gitlab' });
    const credentials = { base_url: gitlab.url, token: gitlabTokens.valid };
    await post(`/api/v1/connections/${begun.connection.id}/credentials`, credentials);
    const call = { arguments: { project: 'acme/api', issue_iid: 1 } };
    const read = () => post('/api/v1/connections/gitlab/tools/get_issue/call', call);
    expect(await read()).toMatchObject({ status: 'ok', output: { title: 'Login fails' } });

    const doctor = await installed.run(plugboard('doctor', '--json'), settings);
    expect(JSON.parse(doctor)).toMatchObject({ ok: true });
    await endGroup(first, 'SIGTERM');

    const second = installed.start([join(installed.folder, 'node_modules/.bin/plugboard'), 'serve'], settings);
    started.push(second);
    await second.says('Plugboard is ready');
    expect(await read()).toMatchObject({ status: 'ok' });
    second.child.kill('SIGTERM');
    expect(await once(second.child, 'exit')).toEqual([0, null]);
  });
});
