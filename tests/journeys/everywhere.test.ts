import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { validate } from '@readme/openapi-parser';
import { everyRoute } from '../../server/src/http/openapi/documentation.ts';
import { isRecord } from '../../server/src/lib/json.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { addPerson } from '../support/people.ts';
import { type ApiAnswer, type Plugboard, startPlugboard } from '../support/plugboard.ts';
import { startServerProcess } from '../support/server-process.ts';

describeOnDatabases('on every route', ({ migrated }) => {
  let plugboard: Plugboard;
  beforeAll(async () => {
    plugboard = await startPlugboard(await migrated());
  });

  const connect = '/v1/tools/connectors/gitlab/connect';
  const sendText = (url: string, payload: string) =>
    plugboard.server.inject({
      method: 'POST',
      url,
      headers: { host: 'localhost:7400', 'x-api-key': plugboard.adminKey, 'content-type': 'application/json' },
      payload,
    });

  it('the description names every endpoint there is, and is what it says it is', async () => {
    covers('everywhere/description');
    const { status, body, text } = await plugboard.call('GET /openapi.json');
    expect(status).toBe(200);
    expect(await validate(JSON.parse(text))).toMatchObject({ valid: true, warnings: [] });
    const paths = isRecord(body['paths']) ? Object.entries(body['paths']) : [];
    const described = paths.flatMap(([path, methods]) =>
      Object.keys(Object(methods)).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const served = everyRoute().map(
      ({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}').replace('*', '{path}')}`,
    );
    expect(described.sort()).toEqual(served.sort());
  });

  it('a body that is no JSON is told in the dialect of its path', async () => {
    covers('everywhere/3-tools-unparsable');
    for (const text of ['{"name":', 'name=a', '{"__proto__":{}}']) {
      const under = await sendText(connect, text);
      expect(under.statusCode).toBe(422);
      expect(under.json()).toEqual({ detail: [{ loc: ['body'], msg: expect.any(String), type: 'json_invalid' }] });
      expect((await sendText('/api/projects', text)).statusCode).toBe(400);
    }
  });

  it('only a body is told in another dialect under /v1/tools; everything else is the one envelope', async () => {
    covers('everywhere/3-tools-dialect', 'everywhere/3-errors');
    const refusals: readonly (readonly [number, Promise<ApiAnswer>])[] = [
      [401, plugboard.call(`POST ${connect}`, { key: '', body: {} })],
      [404, plugboard.call('POST /v1/tools/connectors/nothing/connect', { body: {} })],
      [403, plugboard.call(`POST ${connect}`, { key: await plugboard.mint(), body: { name: 'A' } })],
    ];
    for (const [status, refusal] of refusals) {
      const { status: answered, body } = await refusal;
      expect(answered).toBe(status);
      expect(body).toEqual({
        error: { code: expect.any(String), message: expect.any(String), request_id: expect.any(String) },
      });
    }
    const wrong = await plugboard.call(`POST ${connect}`, { body: { name: 'A', access_scope: 'everybody' } });
    expect(wrong.body).toEqual({
      detail: [{ loc: ['body', 'access_scope'], msg: expect.any(String), type: 'value_error' }],
    });
  });

  it('an OWNER is not the operator of the installation', async () => {
    covers('everywhere/5-operator');
    const { token } = await addPerson(plugboard, 'OWNER');
    const body = { name: 'Theirs', slug: 'theirs' };
    expect((await plugboard.call('POST /api/v1/workspaces', { key: token, body })).status).toBe(403);
    expect((await plugboard.call('POST /api/v1/workspaces', { body })).status).toBe(201);
  });

  it('a key is narrowed by its scopes, and follows its person down', async () => {
    covers('everywhere/5-scopes');
    const person = await addPerson(plugboard, 'ADMIN');
    const key = await plugboard.mint({ by: person.token, kind: 'person', scopes: ['projects:write'] });
    const make = (slug: string) => plugboard.call('POST /api/projects', { key, body: { name: slug, slug } });
    expect((await make('as-an-admin')).status).toBe(201);
    expect((await plugboard.call('GET /api/projects', { key })).status).toBe(403);
    const lowered = await plugboard.call(`PATCH /api/v1/members/${person.userId}`, { body: { role: 'VIEWER' } });
    expect(lowered.status).toBeLessThan(300);
    expect((await make('as-a-viewer')).status).toBe(403);
  });

  it('a call by a key without the scope is a 403, and so is one by a VIEWER', async () => {
    covers('everywhere/15-scope');
    const call = (key: string) =>
      plugboard.call('POST /api/v1/connections/github/tools/list_issues/call', { key, body: { arguments: {} } });
    const reader = await plugboard.mint({ scopes: ['tools:read'] });
    expect((await call(reader)).body).toMatchObject({ error: { code: 'FORBIDDEN' } });
    expect((await call((await addPerson(plugboard, 'VIEWER')).token)).status).toBe(403);
  });

  it('what lets writes run unasked is handed out by a person, and is on record', async () => {
    covers('everywhere/14-recorded');
    const scopes = ['tools:call', 'tools:write_unasked'];
    const person = await addPerson(plugboard, 'MEMBER');
    const minting = (key: string) => plugboard.call('POST /api/v1/api-keys', { key, body: { name: 'Bold', scopes } });
    const program = await plugboard.mint({ kind: 'person', role: 'MEMBER', scopes: ['keys:write'] });
    expect((await minting(program)).status).toBe(403);
    const minted = await minting(person.token);
    expect(minted.status).toBe(201);
    const { data } = (await plugboard.call('GET /api/v1/events?type=api_key.created&limit=1')).body;
    expect(data).toMatchObject([{ user_id: person.userId, data: { scopes } }]);
  });

  it('tools are named in manifests without their connector, in a form that every surface takes', async () => {
    covers('everywhere/16-manifest');
    const { items } = (await plugboard.call('GET /api/v1/connectors')).body;
    const connectors = Array.isArray(items) ? items.filter(isRecord) : [];
    const named = connectors.flatMap(({ slug, tools }) =>
      Array.isArray(tools)
        ? tools.map((tool) => [String(slug), String(isRecord(tool) ? tool['name'] : '')] as const)
        : [],
    );
    expect(named.length).toBeGreaterThan(50);
    for (const [slug, name] of named) {
      expect(name).toMatch(/^[a-z0-9_]{1,40}$/);
      expect(name.startsWith(`${slug}_`)).toBe(false);
    }
  });
});

describe('the limit of a key', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'plugboard-limits-'));
  afterAll(() => rmSync(dataDir, { recursive: true }));

  it.each([
    ['1,200 a minute where nothing is said', { PLUGBOARD_RATE_LIMIT: '' }, ['1200', '1199']],
    ['what the operator says', { PLUGBOARD_RATE_LIMIT: '5' }, ['5', '4']],
    ['none where it is off', { PLUGBOARD_RATE_LIMIT: 'off' }, [undefined, undefined]],
  ] as const)('is %s', async (_name, settings, [limit, remaining]) => {
    covers('everywhere/11-default');
    const plugboard = await startServerProcess({ PLUGBOARD_DATA_DIR: dataDir, ...settings });
    const { headers } = await plugboard.call('GET /api/v1/me');
    await plugboard.stop();
    expect(headers['x-ratelimit-limit']).toBe(limit);
    expect(headers['x-ratelimit-remaining']).toBe(remaining);
  });
});
