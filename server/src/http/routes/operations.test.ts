import { createHash } from 'node:crypto';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mintKey } from '../../access/keys/api-keys.ts';
import { contextOf, startInstance, type StartedInstance } from '../../../../tests/support/instance.ts';
import { bareApp, fixedAccess, withKey } from '../../../../tests/support/bare-app.ts';
import { describeOnDatabases } from '../../../../tests/support/databases.ts';
import { acceptInvitation } from '../../access/workspaces/people/accept-invitation.ts';
import { createInvitation } from '../../access/workspaces/people/invitations.ts';
import { newApiKey } from '../../access/keys/api-keys.ts';
import { createServer } from '../create-server.ts';
import { createLog } from '../telemetry/create-log.ts';
import { meRoutes } from './me.ts';

describeOnDatabases('health', ({ migrated }) => {
  it('is alive without a database, but not ready', async () => {
    const instance = await startInstance(await migrated());
    expect((await instance.server.inject({ url: '/readyz' })).json()).toEqual({ status: 'ready' });
    await instance.app.storage.close();
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    expect((await instance.server.inject({ url: '/healthz' })).statusCode).toBe(200);
    const notReady = await instance.server.inject({ url: '/readyz' });
    expect([notReady.statusCode, notReady.json()]).toEqual([503, { status: 'database_unavailable' }]);
    await instance.stop().catch(() => undefined);
  });

  describe('metrics', () => {
    let instance: StartedInstance;
    beforeAll(async () => {
      instance = await startInstance(await migrated());
    });
    afterAll(() => instance.stop());

    const scrape = (key: string) => instance.server.inject({ url: '/metrics', headers: withKey(key) });

    it('count requests by template, for a key of the operator with that scope alone', async () => {
      const key = await instance.keyWith({ role: 'VIEWER', scopes: ['metrics:read'] });
      await instance.server.inject({ url: '/api/v1/crews/default', headers: withKey(instance.adminKey) });
      const { body, headers } = await scrape(key);
      expect(headers['content-type']).toContain('text/plain');
      expect(body).toContain(
        'plugboard_http_request_duration_seconds_count{method="GET",route="/api/v1/crews/:crew",status="200"} 1',
      );
      expect(body).not.toContain('crews/default');
    });

    it('are nothing for another member’s key', async () => {
      const { home, app } = instance;
      const { token } = await createInvitation(home, { email: 'member@example.com', role: 'ADMIN' });
      const { userId } = await acceptInvitation(app, { token: token.reveal(), name: 'Member', password: newApiKey() });
      const theirs = { ...home, caller: { ...home.caller, userId, role: 'ADMIN' } as const };
      const { secret } = await mintKey(theirs, { name: 'Scraper', kind: 'person', scopes: ['metrics:read'] });
      expect((await contextOf(instance, secret.reveal())).caller.userId).toBe(userId);
      expect((await scrape(secret.reveal())).statusCode).toBe(403);
    });
  });
});

describe('the page at /docs', () => {
  it('runs its own script and nothing else', async () => {
    const server = createServer(await bareApp({ access: fixedAccess({ key: {} }) }), { routes: [] });
    const { body, headers } = await server.inject({ url: '/docs', headers: withKey('key') });
    const script = /<script type="module">([\s\S]*)<\/script>/.exec(body)?.[1] ?? '';
    expect(() => new Function(`return async () => {${script}}`)).not.toThrow();
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain(`script-src 'sha256-${createHash('sha256').update(script).digest('base64')}'`);
    expect(policy).not.toContain('unsafe');
    expect(body).not.toMatch(/https?:\/\//);
    await server.close();
  });
});

describe('the line of a request', () => {
  it('says who asked for what template, and nothing that was sent', async () => {
    const lines: string[] = [];
    const destination = new Writable({
      write: (chunk, _encoding, done) => {
        lines.push(String(chunk));
        done();
      },
    });
    const server = createServer(await bareApp({ access: fixedAccess({ key: {} }), log: createLog({ destination }) }), {
      routes: meRoutes,
    });
    await server.inject({
      method: 'PUT',
      url: '/api/v1/me/sign-in?workspace_id=secret-in-query',
      headers: { ...withKey('key'), 'x-request-id': 'from-the-caller' },
      payload: { email: 'someone@example.com', password: 'secret-in-body' },
    });
    await server.inject({ url: '/healthz' });
    expect(lines).toHaveLength(1);
    const line: unknown = JSON.parse(lines[0] ?? '');
    expect(line).toMatchObject({
      method: 'PUT',
      route: '/api/v1/me/sign-in',
      status: 403,
      principal: 'key:key',
      caller_request_id: 'from-the-caller',
    });
    expect(lines[0]).not.toMatch(/secret-in|someone@|Bearer/);
    await server.close();
  });
});

describe('HEAD', () => {
  it('is held to the rules of GET', async () => {
    const server = createServer(await bareApp({ access: fixedAccess({ key: {} }) }), { routes: [] });
    const head = (url: string, host = 'localhost:7400') => server.inject({ method: 'HEAD', url, headers: { host } });
    expect((await head('/openapi.json')).statusCode).toBe(401);
    expect((await head('/openapi.json', 'evil.example')).statusCode).toBe(400);
    expect((await head('/healthz', 'evil.example')).statusCode).toBe(200);
    await server.close();
  });
});
