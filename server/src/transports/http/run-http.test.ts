import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { gitlabTokens } from '../../../../tests/emulators/gitlab/ledger.ts';
import { type GitlabEmulator, startGitlab } from '../../../../tests/emulators/gitlab.ts';
import type { Misbehaviour } from '../../../../tests/emulators/misbehaviour.ts';
import { openEgress } from '../../../../tests/support/open-egress.ts';
import type { Operation } from '../../catalog/connector.ts';
import { connectorSchema } from '../../catalog/connector.ts';
import type { JsonObject } from '../../lib/json.ts';
import { systemClock } from '../../lib/clock.ts';
import { Secret } from '../../lib/secret.ts';
import { describeTransport, type Scene, type Situation, suiteSecret } from '../describe-transport.ts';
import type { Outcome } from '../outcome.ts';
import { createRedactor } from '../../lib/redact.ts';
import { type HttpCall, runHttp } from './run-http.ts';

const egress = openEgress();
afterAll(() => egress.close());

const connector = connectorSchema.parse({
  schema: 1,
  id: 'tracker',
  name: 'Tracker',
  version: '1.0.0',
  description: 'A small tracker.',
  category: 'testing',
  auth_mode: 'pat',
  brand_color: '#000000',
  http: { base_url: '${field.base_url}/api/v4' },
});

function operation(method: Operation['method'], path: string, more: object = {}): Operation {
  return { method, path, query: {}, headers: {}, body_type: 'json', ok_status: [], expect_json: [], ...more };
}

const listIssues = operation('GET', '/projects/${arg.project}/issues', { query: { state: '${arg.state}' } });
const createIssue = operation('POST', '/projects/${arg.project}/issues', { body: { title: '${arg.title}' } });

function call(gitlab: GitlabEmulator, options: Partial<HttpCall> & { token?: string }): Promise<Outcome> {
  const { token = gitlabTokens.valid, ...more } = options;
  return runHttp({
    connector,
    operation: listIssues,
    effect: 'read',
    config: { base_url: gitlab.url },
    publicUrl: 'http://localhost',
    args: { project: '7' },
    attachment: { headers: { authorization: new Secret(`Bearer ${token}`) }, query: {} },
    redactor: createRedactor([new Secret(token)]),
    egress,
    clock: systemClock,
    signal: new AbortController().signal,
    ...more,
  });
}

describeTransport('HTTP', async (): Promise<Scene> => {
  const gitlab = await startGitlab();
  gitlab.allow(suiteSecret);
  const misbehaviours: Partial<Record<Situation, Misbehaviour>> = {
    rate_limit: 'rate_limit',
    hang: 'hang',
    huge: 'huge',
    broken: 'reset_after_work',
    echo: 'echo',
  };
  const arranged = (situation: Situation): { args: JsonObject; token: string } => {
    const how = misbehaviours[situation];
    if (how) gitlab.next(how);
    return {
      args: { project: '7', title: situation === 'refused' ? ' ' : 'A title' },
      token: situation === 'bad_credentials' ? 'unknown-token-012345' : suiteSecret,
    };
  };
  return {
    call: ({ effect, situation, signal, timeoutMs }) =>
      call(gitlab, {
        ...arranged(situation),
        effect,
        signal,
        timeoutMs,
        operation: effect === 'read' ? listIssues : createIssue,
      }),
    writes: () => gitlab.requests('POST').length,
    stop: () => gitlab.stop(),
  };
});

let gitlab: GitlabEmulator;
beforeAll(async () => {
  gitlab = await startGitlab();
});
afterAll(() => gitlab.stop());
beforeEach(() => {
  gitlab.state.projects[0]?.issues.splice(2);
});

it('creates what it is asked to create', async () => {
  const outcome = await call(gitlab, {
    operation: createIssue,
    effect: 'write',
    args: { project: 'acme', title: 'x' },
  });
  expect(outcome).toMatchObject({
    status: 'rejected',
    reason: 'input',
    message: 'The provider answered 404: 404 Project Not Found',
  });
  expect(
    await call(gitlab, { operation: createIssue, effect: 'write', args: { project: '7', title: 'New' } }),
  ).toMatchObject({
    status: 'ok',
    output: { title: 'New', iid: 3 },
  });
});

it('says that the credential may not do this, not that it is wrong', async () => {
  const outcome = await call(gitlab, {
    operation: createIssue,
    effect: 'write',
    args: { project: '7', title: 'x' },
    token: gitlabTokens.readOnly,
  });
  expect(outcome).toMatchObject({
    status: 'rejected',
    reason: 'scope',
    message: expect.stringContaining('higher privileges'),
  });
});

it('reads a spent limit behind a 403', async () => {
  gitlab.next('rate_limit_403');
  const outcome = await call(gitlab, {});
  expect(outcome).toMatchObject({ status: 'rejected', reason: 'rate_limit' });
  expect('retry_after' in outcome && outcome.retry_after).toBeGreaterThan(25);
});

it('follows a redirect of a read, never of a write', async () => {
  gitlab.next('redirect');
  expect((await call(gitlab, {})).status).toBe('rejected');
  expect(gitlab.requests('GET', '/elsewhere')).toHaveLength(1);
  gitlab.next('redirect');
  expect(
    await call(gitlab, { operation: createIssue, effect: 'write', args: { project: '7', title: 'x' } }),
  ).toMatchObject({
    status: 'rejected',
    reason: 'input',
    message: 'The provider answered 307, a redirect that is not followed.',
  });
  expect(gitlab.requests('POST', '/elsewhere')).toHaveLength(0);
});

it('does not know what became of a write behind a broken gateway', async () => {
  gitlab.next('bad_gateway', 'bad_gateway', 'unavailable');
  expect((await call(gitlab, {})).status).toBe('unavailable');
  expect(
    (await call(gitlab, { operation: createIssue, effect: 'write', args: { project: '7', title: 'x' } })).status,
  ).toBe('outcome_unknown');
  expect(
    (await call(gitlab, { operation: createIssue, effect: 'write', args: { project: '7', title: 'x' } })).status,
  ).toBe('unavailable');
});

it('is refused by our own rules before anything is sent', async () => {
  const outcome = await call(gitlab, { config: { base_url: 'http://169.254.169.254' } });
  expect(outcome).toMatchObject({ status: 'rejected', reason: 'input' });
});

it('is unavailable where nobody listens, even for a write', async () => {
  const closed = await startGitlab();
  await closed.stop();
  const gone = { config: { base_url: closed.url }, args: { project: '7', title: 'x' } };
  expect((await call(gitlab, gone)).status).toBe('unavailable');
  expect((await call(gitlab, { ...gone, operation: createIssue, effect: 'write' })).status).toBe('unavailable');
});
