import { expect } from 'vitest';
import { it } from 'vitest';
import { handleAuth, mountedAuthPaths } from '../../server/src/access/sign-in/handle-auth.ts';
import { describeOnEngines } from '../support/databases.ts';
import { publicUrl, startedAccess } from '../support/started-access.ts';

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

describeOnEngines('S2', (open) => {
  it('of everything Better Auth can do, only signing in, signing out and the session are reachable', async () => {
    const { auth } = await startedAccess(await open());
    expect(auth.paths.length).toBeGreaterThan(60);
    const reachable: string[] = [];
    for (const path of new Set(auth.paths)) {
      for (const method of methods) {
        const request = { method, path, headers: { origin: publicUrl }, body: {}, address: '192.0.2.1' };
        const code = await handleAuth(auth, request).then(() => 'OK', codeOf);
        if (code !== 'NOT_FOUND') reachable.push(`${method} ${path}`);
      }
    }
    expect(reachable.toSorted()).toEqual(['GET /get-session', 'POST /sign-in/email', 'POST /sign-out']);
    expect(mountedAuthPaths).toHaveLength(3);
  });

  it.each([
    '/sign-up/email',
    '/sign-in/email/',
    '//sign-in/email',
    '/sign-out/../sign-up/email',
    '/sign-out%2f..%2fsign-up',
    '/SIGN-OUT',
  ])('a path that only looks like a mounted one is not there: %s', async (path) => {
    const { auth } = await startedAccess(await open());
    const request = { method: 'POST', path, headers: {}, body: {}, address: '192.0.2.1' };
    await expect(handleAuth(auth, request)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'THROWN';
}
