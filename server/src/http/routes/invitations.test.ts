import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { covers } from '../../../../tests/support/covers.ts';
import { describeOnDatabases } from '../../../../tests/support/databases.ts';
import { startInstance, type StartedInstance } from '../../../../tests/support/instance.ts';

const origin = 'http://localhost:7400';
const password = 'correct horse battery';

describeOnDatabases('joining a workspace', ({ migrated }) => {
  let instance: StartedInstance;
  beforeAll(async () => {
    instance = await startInstance(await migrated());
  });
  afterAll(() => instance.stop());

  async function post(url: string, payload: object, headers: Record<string, string> = {}) {
    return instance.server.inject({ method: 'POST', url, payload, headers: { host: 'localhost:7400', ...headers } });
  }

  async function invite(email: string, role = 'MEMBER'): Promise<string> {
    const response = await post('/api/v1/invitations', { email, role }, { 'x-api-key': instance.adminKey });
    const { url } = z.object({ url: z.string() }).parse(response.json());
    expect(url.startsWith(`${origin}/join#`)).toBe(true);
    return url.slice(`${origin}/join#`.length);
  }

  it('takes the token, once, and then a password', async () => {
    covers('everywhere/1-session');
    const token = await invite('new@example.com');
    expect((await post('/api/v1/invitations/open', { token })).json()).toMatchObject({
      workspace: 'Default',
      email: 'new@example.com',
    });
    const accept = { token, name: 'New', password };
    expect((await post('/api/v1/invitations/accept', accept)).statusCode).toBe(201);
    expect((await post('/api/v1/invitations/accept', accept)).statusCode).toBe(404);
    expect((await post('/api/v1/invitations/open', { token })).statusCode).toBe(404);

    const signIn = await post('/api/auth/sign-in/email', { email: 'new@example.com', password }, { origin });
    expect(signIn.statusCode).toBe(200);
    expect(signIn.body).not.toContain('token');
    const [cookie] = signIn.cookies;
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax' });
    const me = await instance.server.inject({
      url: '/api/v1/me',
      headers: { host: 'localhost:7400', cookie: `${cookie?.name}=${encodeURIComponent(cookie?.value ?? '')}` },
    });
    expect(me.json()).toMatchObject({
      via: 'session',
      person: { email: 'new@example.com' },
      caller: { role: 'MEMBER' },
    });
  });

  it('works for somebody who signs in here already, for their own e-mail alone', async () => {
    const first = await invite('known@example.com');
    await post('/api/v1/invitations/accept', { token: first, name: 'Known', password });
    const signIn = await post('/api/auth/sign-in/email', { email: 'known@example.com', password });
    const { token: session } = z.object({ token: z.string() }).parse(signIn.json());
    const bearer = { authorization: `Bearer ${session}` };
    const again = await post('/api/v1/me/invitations', { token: await invite('known+2@example.com') }, bearer);
    expect(again.json()).toMatchObject({ error: { code: 'FORBIDDEN' } });
  });

  it('refuses a short password in words', async () => {
    const token = await invite('short@example.com');
    const response = await post('/api/v1/invitations/accept', { token, name: 'Short', password: 'short' });
    expect(response.json()).toMatchObject({
      error: { code: 'BAD_REQUEST', message: expect.stringContaining('password') },
    });
  });

  it('needs a token that exists', async () => {
    expect((await post('/api/v1/invitations/open', { token: 'made-up' })).statusCode).toBe(404);
  });
});
