import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type GithubOauth, startGithubOauth } from '../../../tests/emulators/oauth/github.ts';
import { Secret } from '../../../server/src/lib/secret.ts';
import { acmeManifest, agree, confirm } from '../../../tests/support/acme.ts';
import { browse, type Browsing, type Shown } from '../../../tests/support/browsing.ts';
import { commandLine, type RunningCommand } from '../../../tests/support/command-line.ts';
import { covers } from '../../../tests/support/covers.ts';
import { newDatabases } from '../../../tests/support/databases.ts';
import { freePort } from '../../../tests/support/free-port.ts';
import { emulatedId, oauthConnector } from '../../../tests/support/oauth-connector.ts';
import { type OidcServer, startOidc } from '../../../tests/support/oidc.ts';
import { addPerson } from '../../../tests/support/people.ts';
import { type Plugboard, startPlugboard } from '../../../tests/support/plugboard.ts';

const databases = newDatabases('sqlite');
const line = commandLine();
const github = emulatedId('github');
let plugboard: Plugboard;
let oidc: OidcServer;
let provider: GithubOauth;
let publicUrl: string;
let annsKey: string;
let annsBrowser: Browsing;

beforeAll(async () => {
  const port = await freePort();
  publicUrl = `http://127.0.0.1:${port}`;
  oidc = await startOidc({ redirectUris: [`${publicUrl}/api/v1/connections/oauth/callback`] });
  provider = await startGithubOauth();
  const catalog = { acme: acmeManifest(oidc), [github]: oauthConnector('github', provider.url) };
  for (const [id, manifest] of Object.entries(catalog)) {
    mkdirSync(join(line.home, 'catalog', id), { recursive: true });
    writeFileSync(join(line.home, 'catalog', id, 'connector.yaml'), manifest);
  }
  const apps = { acme: oidc.client, [github]: provider.app };
  plugboard = await startPlugboard(await databases.migrated(), {
    port,
    publicUrl,
    catalogDirs: [join(line.home, 'catalog')],
    oauthApps: new Map(
      Object.entries(apps).map(([id, app]) => [id, { ...app, clientSecret: new Secret(app.clientSecret) }]),
    ),
  });
  await plugboard.listen();
  const ann = await addPerson(plugboard, 'MEMBER');
  annsKey = await plugboard.mint({ by: ann.token, kind: 'person' });
  annsBrowser = browse(plugboard);
  for (const cookie of (await ann.browse(publicUrl)).split('; ')) annsBrowser.put(cookie);
  return () => Promise.all([oidc.stop(), provider.stop()]);
});

const pathOf = (address: string | URL): string => String(address).slice(publicUrl.length);
const envOf = (key: string) => ({ PLUGBOARD_URL: publicUrl, PLUGBOARD_KEY: key });
const start = (key: string, ...args: string[]): RunningCommand =>
  line.start(['connect', 'acme', '--no-browser', ...args], { env: envOf(key) });
const connections = async (key: string): Promise<unknown> =>
  JSON.parse((await line.run(['connections', 'list', '--json'], { env: envOf(key) })).stdout);

/** The page that somebody is to open. */
async function pageOf({ says }: RunningCommand): Promise<string> {
  return /^http\S+$/m.exec(await says('sign in:\nhttp'))?.[0] ?? '';
}

/** Ann opens the page of ours and signs in at the provider; what she is asked then. */
async function goThrough(running: RunningCommand, choice?: 'deny'): Promise<Shown> {
  const path = pathOf(await pageOf(running));
  await annsBrowser.open(path);
  const back = await oidc.signIn(await agree(annsBrowser, path), 'ann', choice);
  const shown = await annsBrowser.open(pathOf(back));
  return shown.to === undefined ? shown : annsBrowser.open(shown.to);
}

describe('plugboard connect, where somebody signs in', () => {
  it('waits until that person has said that it is their account, and says whose it is', async () => {
    covers('cli/connect');
    const running = start(annsKey, '--label', 'Page');
    const page = await goThrough(running);
    expect(running.child.exitCode).toBeNull();
    expect((await confirm(annsBrowser, page)).status).toBe(200);
    expect(await running.end).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Connected as ann: acme\w*\. /),
      stderr: expect.stringMatching(/^Open this page and sign in:\nhttp\S+\/connect\/\S+\n$/),
    });
  });

  it('with a key that answers for the browser counts at once, in one JSON document', async () => {
    covers('cli/connect', 'cli/json');
    const running = start(plugboard.adminKey, '--json');
    const back = await oidc.signIn(await pageOf(running), 'bob');
    expect((await fetch(back)).status).toBe(200);
    const { code, stdout } = await running.end;
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ connectorSlug: 'acme', status: 'connected', account: 'bob' });
  });

  it.each([
    ['at the provider', 'told not to allow it'],
    ['when they are shown the account', 'you said that this is not the account'],
  ])('is 7 where that person says no %s, and leaves nothing', async (where, reason) => {
    covers('cli/connect', 'cli/exit-codes');
    const before = await connections(annsKey);
    const running = start(annsKey, '--label', where);
    if (where === 'at the provider') await goThrough(running, 'deny');
    else await confirm(annsBrowser, await goThrough(running), 'no');
    expect(await running.end).toMatchObject({ code: 7, stdout: '', stderr: expect.stringContaining(reason) });
    expect(await connections(annsKey)).toEqual(before);
  });

  it('broken off before they said so is 130; nothing is left, and what they say then counts for nothing', async () => {
    covers('cli/broken-off');
    const before = await connections(annsKey);
    const running = start(annsKey, '--label', 'Off');
    const page = await goThrough(running);
    running.child.kill('SIGINT');
    expect(await running.end).toMatchObject({ code: 130, stdout: '' });
    expect(await confirm(annsBrowser, page)).toMatchObject({ text: expect.not.stringContaining('is connected') });
    expect(await connections(annsKey)).toEqual(before);
  });

  it('broken off once they said so keeps what is connected', async () => {
    covers('cli/broken-off');
    const running = start(annsKey, '--label', 'Kept');
    await confirm(annsBrowser, await goThrough(running));
    running.child.kill('SIGINT');
    expect([0, 130]).toContain((await running.end).code);
    expect(await connections(annsKey)).toContainEqual(
      expect.objectContaining({ label: 'Kept', status: 'connected', account: 'ann' }),
    );
  });
});

describe('plugboard connect --device', () => {
  it('says the code and where it is typed in, and waits until it was', async () => {
    covers('cli/connect', 'cli/json');
    const running = start(plugboard.adminKey, '--device', '--label', 'By code', '--json');
    const said = await running.says('type in ');
    const [, page = '', code = ''] = /^Open (\S+) in any browser and type in ([\w-]+)$/m.exec(said) ?? [];
    await oidc.approveDevice(`${page}?user_code=${code}`, 'ann');
    const { stdout, ...end } = await running.end;
    expect(end.code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ label: 'By code', status: 'connected', account: 'ann' });
  });

  it('is 7 where that person says no, and leaves nothing', async () => {
    covers('cli/connect', 'cli/exit-codes');
    const before = await connections(plugboard.adminKey);
    const running = line.start(['connect', github, '--device'], { env: envOf(plugboard.adminKey) });
    await running.says('type in ');
    for (const device of provider.devices.values()) device.decision = 'denied';
    expect(await running.end).toMatchObject({ code: 7, stdout: '', stderr: expect.stringContaining('denied') });
    expect(await connections(plugboard.adminKey)).toEqual(before);
  });

  it('broken off is 130, and leaves nothing', async () => {
    covers('cli/broken-off');
    const before = await connections(plugboard.adminKey);
    const running = start(plugboard.adminKey, '--device', '--label', 'Off');
    await running.says('type in ');
    running.child.kill('SIGINT');
    expect(await running.end).toMatchObject({ code: 130, stdout: '' });
    expect(await connections(plugboard.adminKey)).toEqual(before);
  });

  it('takes a key that answers for the browser, and leaves nothing where it does not', async () => {
    covers('cli/exit-codes');
    const before = await connections(annsKey);
    const refused = await line.run(['connect', 'acme', '--device', '--label', 'No'], { env: envOf(annsKey) });
    expect(refused).toMatchObject({ code: 4, stdout: '', stderr: expect.stringContaining('oauth:direct') });
    expect(await connections(annsKey)).toEqual(before);
  });
});

describe('plugboard connections reconnect, where somebody signs in', () => {
  it('keeps what is connected where that comes to nothing', async () => {
    covers('cli/connections');
    const before = await connections(annsKey);
    const handle = /"handle":"(\w+)"/.exec(JSON.stringify(before))?.[1] ?? '';
    const running = line.start(['connections', 'reconnect', handle, '--no-browser'], { env: envOf(annsKey) });
    await goThrough(running, 'deny');
    expect(await running.end).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('came to nothing'),
    });
    expect(await connections(annsKey)).toEqual(before);
  });
});
