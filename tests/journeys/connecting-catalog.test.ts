import { beforeAll, expect, it } from 'vitest';
import { type GitlabEmulator, startGitlab } from '../emulators/gitlab.ts';
import { gitlabTokens } from '../emulators/gitlab/ledger.ts';
import { listen } from '../emulators/listen.ts';
import { catalogFolder, openData } from '../support/catalog-folder.ts';
import { connectGitlab } from '../support/connect.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';

/** A connector whose key looks a certain way, most of the time. */
const patterned = openData
  .replace('id: open-data', 'id: patterned')
  .replace(
    'auth_mode: none',
    'auth_mode: pat\nfields:\n  - { key: token, label: Token, secret: true, pattern: "^tok_" }',
  )
  .replace('http:', 'auth: { scheme: bearer, token: "${field.token}" }\nhttp:');

/** What contracts 001 and 004 print of an item. */
const itemFields =
  'id name description category auth_mode brand_logo brand_color slug authType configured availability tools'.split(
    ' ',
  );
const manifestFields =
  'id name version description category auth_mode auth_modes brand_logo brand_color fields verify oauth mcp tools'.split(
    ' ',
  );

/** In every spelling, and of every kind that is not on the public internet. */
const forbidden = `
  127.0.0.1:8000 localhost:8000 0.0.0.0:8000 2130706433:8000 0x7f.1:8000 127.1:8000 [::1]:8000 [::ffff:127.0.0.1]:8000
  10.0.0.1 172.16.0.1 192.168.1.1 100.64.0.1 169.254.1.1 224.0.0.1 240.0.0.1 [fd00::1] [64:ff9b::7f00:1] [2002:7f00:1::]
  169.254.169.254 metadata.google.internal`
  .trim()
  .split(/\s+/);

interface Item {
  readonly id: string;
  readonly auth_mode: string;
  readonly authType: string;
  readonly brand_logo: string;
}

describeOnDatabases('the catalog', ({ migrated }) => {
  const catalogDirs = [catalogFolder({ 'open-data': openData, patterned })];
  let plugboard: Plugboard;
  let gitlab: GitlabEmulator;

  beforeAll(async () => {
    gitlab = await startGitlab();
    plugboard = await startPlugboard(await migrated(), { catalogDirs });
    return () => gitlab.stop();
  });

  const list = async (): Promise<readonly Item[]> => JSON.parse((await plugboard.call('GET /api/v1/connectors')).text);
  const verify = ({ call, workspaceId }: Plugboard, fields: object, connector = 'gitlab') =>
    call(`POST /api/v1/connectors/${connector}/verify?workspace_id=${workspaceId}`, { body: { fields } });

  it('is a bare array in a stable order, with the fields of both documents', async () => {
    covers('001/list');
    const items = await list();
    expect(items.length).toBeGreaterThan(5);
    expect(await list()).toEqual(items);
    expect(items.map(({ id }) => id)).toEqual(items.map(({ id }) => id).toSorted());
    for (const item of items) expect(Object.keys(item)).toEqual(expect.arrayContaining(itemFields));
  });

  it.each([
    ['gitlab', 'pat', 'api_key'],
    ['linear-mcp', 'mcp_oauth', 'oauth'],
    ['open-data', 'none', 'none'],
  ])('says how %s signs in: %s is %s', async (id, mode, type) => {
    covers('001/auth-type');
    expect((await list()).find((item) => item.id === id)).toMatchObject({ auth_mode: mode, authType: type });
  });

  it('serves the brand marks it points to, to anybody', async () => {
    covers('001/brand-logo');
    for (const { brand_logo: address } of await list()) {
      expect(address.startsWith('http://localhost:7400/')).toBe(true);
      const mark = await plugboard.call(`GET ${new URL(address).pathname}`, { key: '' });
      expect(mark).toMatchObject({
        status: 200,
        headers: { 'content-type': expect.stringContaining('image/svg+xml') },
      });
    }
  });

  it('shows one connector as its whole manifest, with null for what it does not have', async () => {
    covers('001/get');
    const { body } = await plugboard.call('GET /api/v1/connectors/open-data');
    expect(Object.keys(body)).toEqual(manifestFields);
    expect(body).toMatchObject({ id: 'open-data', verify: null, oauth: null, mcp: null, auth_modes: ['none'] });
    expect((await plugboard.call('GET /api/v1/connectors/gitlab')).body['fields']).toContainEqual(
      expect.objectContaining({ key: 'token', label: 'Access token', type: 'text', required: true, secret: true }),
    );
  });

  it('takes a value that does not look as its pattern says', async () => {
    covers('001/patterns-guide');
    expect((await verify(plugboard, { token: 'looks-different' }, 'patterned')).body).toEqual({
      ok: true,
      message: '',
    });
  });

  it('sees through a provider that answers 200 to a bad token', async () => {
    covers('001/verify-body');
    const polite = await listen((_request, response) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"message":"Invalid token"}'),
    );
    expect((await verify(plugboard, { base_url: polite.url, token: 'glpat-0123456789' })).body).toEqual({
      ok: false,
      message: expect.stringContaining('Invalid token'),
    });
    await polite.stop();
  });

  it('quotes at most 512 bytes of the provider, and never what was submitted', async () => {
    covers('001/verify-bounded');
    const wordy = await listen((request, response) => {
      const message = `${request.headers.authorization} at ${request.headers.host}: ${'ä'.repeat(5000)}`;
      response.writeHead(401, { 'content-type': 'application/json' }).end(JSON.stringify({ message }));
    });
    const answer = await verify(plugboard, { base_url: wordy.url, token: 'glpat-0123456789' });
    expect(answer.body).toMatchObject({ ok: false });
    expect(Buffer.byteLength(String(answer.body['message']))).toBeLessThan(600);
    expect(answer.text).not.toContain('glpat-0123456789');
    await wordy.stop();
  });

  it('waits at most 10 seconds for the provider', async () => {
    covers('001/verify-bounded');
    gitlab.next('hang');
    const started = Date.now();
    const answer = await verify(plugboard, { base_url: gitlab.url, token: gitlabTokens.valid });
    expect(answer.body).toMatchObject({ ok: false });
    expect(Date.now() - started).toBeLessThan(20_000);
  });

  it('puts values where they stand in an address with the encoding of that place', async () => {
    covers('001/templates');
    const id = await connectGitlab(plugboard, gitlab.url);
    const call = (tool: string, args: object) =>
      plugboard.call(`POST /api/v1/connections/${id}/tools/${tool}/call`, { body: { arguments: args } });
    await call('list_issues', { project: 'acme/api', search: 'a&state=closed #1+ä' });
    const sent = new URL(gitlab.ledger.at(-1)?.path ?? '', gitlab.url);
    expect(sent.pathname).toBe('/api/v4/projects/acme%2Fapi/issues');
    expect(sent.searchParams.get('search')).toBe('a&state=closed #1+ä');
    expect(sent.searchParams.get('state')).toBeNull();
  });
});

describeOnDatabases('a probe', ({ migrated }) => {
  let closed: Plugboard;
  let opened: Plugboard;

  beforeAll(async () => {
    closed = await startPlugboard(await migrated(), { egressAllow: [] });
    opened = await startPlugboard(await migrated(), { egressAllow: ['0.0.0.0/0', '::/0', '169.254.169.254'] });
  });

  const probe = async ({ call, workspaceId }: Plugboard, url: string) =>
    (
      await call(`POST /api/v1/connectors/gitlab/verify?workspace_id=${workspaceId}`, {
        body: { fields: { base_url: url, token: 'glpat-0123456789' } },
      })
    ).body;

  it.each(forbidden)('does not reach %s', async (host) => {
    covers('001/egress');
    expect(await probe(closed, `http://${host}`)).toMatchObject({
      ok: false,
      message: expect.stringMatching(/refuses|never reached/),
    });
  });

  it('does not follow a redirect to where it must not go', async () => {
    covers('001/egress');
    const arrived: string[] = [];
    const inside = await listen((request, response) => {
      arrived.push(String(request.url));
      response.end('{"username":"ann"}');
    });
    const outside = await listen((_request, response) =>
      response.writeHead(302, { location: inside.url.replace('127.0.0.1', '127.0.0.2') }).end(),
    );
    const guarded = await startPlugboard(await migrated());
    expect(await probe(guarded, outside.url)).toMatchObject({ ok: false });
    expect(arrived).toEqual([]);
    await Promise.all([inside.stop(), outside.stop()]);
  });

  it('reaches what the operator allows', async () => {
    covers('001/egress-allow');
    const gitlab = await startGitlab();
    const fields = { base_url: gitlab.url, token: gitlabTokens.valid };
    const path = `POST /api/v1/connectors/gitlab/verify?workspace_id=${opened.workspaceId}`;
    expect((await opened.call(path, { body: { fields } })).body).toEqual({ ok: true, message: '' });
    await gitlab.stop();
  });

  it.each(['http://169.254.169.254', 'http://[fd00:ec2::254]', 'http://[::ffff:169.254.169.254]', 'http://metadata'])(
    'does not reach %s, whatever the operator allows',
    async (url) => {
      covers('001/egress-allow');
      expect(await probe(opened, url)).toMatchObject({ ok: false, message: expect.stringContaining('never reached') });
    },
  );
});
