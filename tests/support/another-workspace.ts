import type { Plugboard } from './plugboard.ts';

const owner = { email: 'owner@example.com', password: 'correct horse battery' };

/** Makes a second workspace and answers how its owner, signed in, calls it. */
export async function anotherWorkspace({ call }: Pick<Plugboard, 'call'>): Promise<Pick<Plugboard, 'call'>> {
  const made = await call('POST /api/v1/workspaces', { body: { name: 'Elsewhere', slug: 'elsewhere' } });
  if (made.status !== 201) throw new Error(`No workspace was made: ${made.text}`);
  await call('PUT /api/v1/me/sign-in', { body: owner });
  const signedIn = await call('POST /api/auth/sign-in/email', { key: '', body: owner });
  const key = String(signedIn.body['token']);
  const workspace = { 'x-workspace': String(made.body['id']) };
  return {
    call: (operation, request = {}) =>
      call(operation, { key, ...request, headers: { ...request.headers, ...workspace } }),
  };
}
