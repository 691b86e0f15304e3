import { beforeAll, expect, it } from 'vitest';
import { type GitlabEmulator, startGitlab } from '../emulators/gitlab.ts';
import { gitlabTokens } from '../emulators/gitlab/ledger.ts';
import { catalogFolder, openData } from '../support/catalog-folder.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';

/** Takes a key and has nothing to ask about it. */
const unasked = openData
  .replace('id: open-data', 'id: unasked')
  .replace('auth_mode: none', 'auth_mode: pat\nfields:\n  - { key: token, label: Token, secret: true }')
  .replace('http:', 'auth: { scheme: bearer, token: "${field.token}" }\nhttp:');

/** Is read without a key, or with one. */
const either = unasked
  .replace('id: unasked', 'id: either')
  .replace('auth_mode: pat', 'auth_mode: none\nauth_modes: [none, pat]')
  .replace('secret: true }', 'secret: true, auth_modes: [pat] }');

const operations = [
  'GET /api/v1/connectors',
  'GET /api/v1/connectors/gitlab',
  'POST /api/v1/connectors/gitlab/verify?workspace_id=default',
  'POST /api/v1/connectors/gitlab/install?workspace_id=default',
];

describeOnDatabases('the catalog flow, as its document prints it (001)', ({ migrated }) => {
  const catalogDirs = [catalogFolder({ unasked, either })];
  let plugboard: Plugboard;
  let gitlab: GitlabEmulator;

  beforeAll(async () => {
    gitlab = await startGitlab();
    plugboard = await startPlugboard(await migrated(), { catalogDirs });
    return () => gitlab.stop();
  });

  const good = () => ({ base_url: gitlab.url, token: gitlabTokens.valid });
  const post = (action: 'verify' | 'install', body: unknown, connector = 'gitlab') =>
    plugboard.call(`POST /api/v1/connectors/${connector}/${action}?workspace_id=${plugboard.workspaceId}`, { body });

  it('is shut to whoever shows no credential', async () => {
    covers('001/unauthenticated', 'everywhere/1-credentials');
    for (const operation of operations)
      expect(await plugboard.call(operation, { key: '', body: {} })).toMatchObject({
        status: 401,
        body: { error: { code: 'UNAUTHORIZED' } },
      });
  });

  it('lets any role look, and MANAGER and above connect', async () => {
    covers('001/list-any-role', '001/workspace-required');
    const viewer = await plugboard.mint({ role: 'VIEWER', kind: 'person', scopes: ['connectors:read'] });
    const [list, get, verify, install] = operations.map((operation) =>
      plugboard.call(operation, { key: viewer, ...(operation.startsWith('POST') ? { body: { fields: good() } } : {}) }),
    );
    expect([(await list)?.status, (await get)?.status]).toEqual([200, 200]);
    expect([(await verify)?.status, (await install)?.status]).toEqual([403, 403]);
  });

  it('is narrowed by text, to nothing where nothing fits', async () => {
    covers('001/search');
    expect((await plugboard.call('GET /api/v1/connectors?q=GitLab')).text).toContain('"id":"gitlab"');
    expect((await plugboard.call('GET /api/v1/connectors?q=GitLab')).text).not.toContain('"id":"linear"');
    expect((await plugboard.call('GET /api/v1/connectors?q=nonesuch')).text).toBe('[]');
  });

  it('is an empty array where there is nothing in it', async () => {
    covers('001/list-empty');
    const empty = await startPlugboard(await migrated(), { builtIn: catalogFolder({}) });
    expect(await empty.call('GET /api/v1/connectors')).toMatchObject({ status: 200, text: '[]' });
  });

  it('shows each field with what a form needs', async () => {
    covers('001/get-fields', '001/get');
    const { text } = await plugboard.call('GET /api/v1/connectors/gitlab');
    const { fields } = JSON.parse(text);
    for (const field of fields)
      expect(field).toMatchObject({
        key: expect.any(String),
        label: expect.any(String),
        type: expect.any(String),
        required: expect.any(Boolean),
        secret: expect.any(Boolean),
      });
    expect(fields.find(({ key }: { readonly key: string }) => key === 'base_url')).toHaveProperty('default');
  });

  it.each(['verify', 'install'] as const)('%s refuses what is no body', async (action) => {
    covers('001/invalid-body');
    for (const body of ['nonsense', [], null, { fields: 'token' }, { fields: ['token'] }])
      expect(await post(action, body)).toMatchObject({ status: 400, body: { error: { code: 'BAD_REQUEST' } } });
  });

  it('verify makes one call with the values in it', async () => {
    covers('001/verify-one-call', '001/verify-ok');
    const before = gitlab.ledger.length;
    expect((await post('verify', { fields: good(), unknown: 'is ignored' })).body).toEqual({ ok: true, message: '' });
    expect(gitlab.ledger.slice(before)).toMatchObject([{ method: 'GET', path: '/api/v4/user' }]);
    expect(JSON.stringify(gitlab.ledger.at(-1)?.headers)).toContain(gitlabTokens.valid);
  });

  it('verify answers 200 and ok:false where the provider cannot be reached', async () => {
    covers('001/verify-unreachable', 'everywhere/8-probe-is-data');
    const answer = await post('verify', { fields: { ...good(), base_url: 'http://127.0.0.1:2' } });
    expect(answer).toMatchObject({ status: 200, body: { ok: false, message: expect.stringMatching(/refused/i) } });
  });

  it('verify is ok where there is nothing to ask', async () => {
    covers('001/verify-no-block');
    expect((await post('verify', { fields: { token: 'anything' } }, 'unasked')).body).toEqual({
      ok: true,
      message: '',
    });
  });

  it('a connector with several ways to sign in lists them, and takes the one that is asked for', async () => {
    covers('001/auth-modes');
    const { body } = await plugboard.call('GET /api/v1/connectors/either');
    expect(body).toMatchObject({ auth_mode: 'none', auth_modes: ['none', 'pat'] });
    const mode = async (wish: object) => {
      const { body: installed } = await post('install', wish, 'either');
      return (await plugboard.call(`GET /api/v1/integrations/${String(installed['integration_id'])}`)).body[
        'auth_mode'
      ];
    };
    expect(await mode({})).toBe('none');
    expect(await mode({ auth_mode: 'pat', fields: { token: 'a-token-0123' } })).toBe('pat');
    expect((await post('install', { auth_mode: 'pat' }, 'either')).status).toBe(400);
    for (const action of ['verify', 'install'] as const)
      expect((await post(action, { auth_mode: 'conn_string' }, 'either')).status).toBe(400);
  });

  it('install is named by its name or the manifest’s, for the workspace unless a crew is named', async () => {
    covers('001/install-name', '001/install-scope', '001/install');
    const named = async (body: object) => {
      const { body: installed } = await post('install', { fields: good(), ...body });
      return (await plugboard.call(`GET /api/v1/integrations/${String(installed['integration_id'])}`)).body;
    };
    expect(await named({ name: 'GitLab (org)' })).toMatchObject({ name: 'GitLab (org)', scope: 'workspace' });
    expect(await named({})).toMatchObject({ name: 'GitLab', scope: 'workspace', crew_id: null });
    expect(await named({ name: ' ' })).toMatchObject({ name: 'GitLab' });
    expect(await named({ crew_id: 'default' })).toMatchObject({ scope: 'crew' });
  });
});
