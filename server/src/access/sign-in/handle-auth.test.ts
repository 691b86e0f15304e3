import { expect, it } from 'vitest';
import { describeOnEngines } from '../../../../tests/support/databases.ts';
import { cookieOf, publicUrl, startedAccess } from '../../../../tests/support/started-access.ts';
import { sessionCookieName } from './better-auth.ts';
import { handleAuth } from './handle-auth.ts';

const nowhere = { body: undefined, address: '192.0.2.7', headers: {} };

it('binds the cookie to the host under https and names it with the port otherwise', () => {
  expect(sessionCookieName('https://plugboard.example')).toBe('__Host-plugboard.session_token');
  expect(sessionCookieName('http://localhost:7400')).toBe('plugboard-7400.session_token');
});

describeOnEngines('signing in', (open) => {
  it('gives a browser a cookie and a program a token', async () => {
    const world = await startedAccess(await open());
    await world.person('MEMBER', 'ada@example.com');
    const browser = await world.signIn('ada@example.com', { origin: publicUrl });
    expect(browser.setCookies[0]).toMatch(/^plugboard-7400\.session_token=.*; Path=\/; HttpOnly; SameSite=Lax/i);
    expect(browser.body).not.toHaveProperty('token');
    const program = await world.signIn('ada@example.com');
    expect(program.body).toHaveProperty('token', expect.any(String));
  });

  it('recognises the person by cookie and by bearer token until they sign out', async () => {
    const world = await startedAccess(await open());
    const { caller } = await world.person('MANAGER', 'ada@example.com');
    const { body, setCookies } = await world.signIn('ada@example.com');
    const cookie = cookieOf(setCookies);
    const token = tokenIn(body);
    await expect(world.enter({ cookie })).resolves.toMatchObject({
      via: 'session',
      role: 'MANAGER',
      userId: caller.userId,
    });
    await expect(world.enter({ authorization: `Bearer ${token}` })).resolves.toMatchObject({ userId: caller.userId });
    const headers = { cookie, origin: publicUrl };
    await handleAuth(world.auth, { ...nowhere, method: 'POST', path: '/sign-out', headers });
    await expect(world.enter({ cookie })).rejects.toThrow('Nobody.');
    await expect(world.enter({ authorization: `Bearer ${token}` })).rejects.toThrow('Nobody.');
  });

  it('tells the session without its token', async () => {
    const world = await startedAccess(await open());
    await world.person('MEMBER', 'ada@example.com');
    const { setCookies } = await world.signIn('ada@example.com');
    const headers = { cookie: cookieOf(setCookies) };
    const { body } = await handleAuth(world.auth, { ...nowhere, method: 'GET', path: '/get-session', headers });
    expect(body).toMatchObject({ user: { email: 'ada@example.com' }, session: { id: expect.any(String) } });
    expect(JSON.stringify(body)).not.toContain('"token"');
  });

  it('refuses a wrong password and an unknown e-mail with the same words', async () => {
    const world = await startedAccess(await open());
    await world.person('MEMBER', 'ada@example.com');
    const wrong = await world.signIn('ada@example.com', { password: 'something else' }).catch(String);
    const unknown = await world.signIn('bob@example.com').catch(String);
    expect(wrong).toBe('Failure: Invalid email or password.');
    expect(unknown).toBe(wrong);
  });

  it('refuses a page of another origin that signs its visitor in or out', async () => {
    const world = await startedAccess(await open());
    await world.person('MEMBER', 'ada@example.com');
    await expect(world.signIn('ada@example.com', { origin: 'http://localhost:3000' })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    const { setCookies } = await world.signIn('ada@example.com');
    const headers = { cookie: cookieOf(setCookies), origin: 'http://localhost:3000' };
    const signOut = handleAuth(world.auth, { ...nowhere, method: 'POST', path: '/sign-out', headers });
    await expect(signOut).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  it('gives every sign-in a session of its own and puts it on record', async () => {
    const world = await startedAccess(await open());
    const { db } = await world.person('MEMBER', 'ada@example.com');
    await world.signIn('ada@example.com');
    const rows = await db.rows.selectFrom('events').select('actor').where('type', '=', 'person.signed_in').execute();
    expect(new Set(rows.map(({ actor }) => actor)).size).toBe(2);
  });

  it('refuses a body that is no sign-in', async () => {
    const world = await startedAccess(await open());
    for (const body of [
      undefined,
      'text',
      { email: 'a@example.com' },
      { email: 'a@example.com', password: 'x', callbackURL: '/' },
    ]) {
      const refused = handleAuth(world.auth, { ...nowhere, method: 'POST', path: '/sign-in/email', body });
      await expect(refused).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    }
  });
});

function tokenIn(body: unknown): string {
  return typeof body === 'object' && body !== null && 'token' in body ? String(body.token) : '';
}
