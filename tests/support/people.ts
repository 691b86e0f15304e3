import { randomBytes } from 'node:crypto';
import type { Role } from '../../server/src/access/caller.ts';
import type { Plugboard } from './plugboard.ts';

/** Somebody who accepted an invitation and signed in. */
export interface Person {
  readonly userId: string;
  /** Of a session of theirs; sent like a key. */
  readonly token: string;
  /** Another sign-in of the same person. */
  signIn(): Promise<string>;
  /** The cookies of a browser at this origin in which the same person signs in. */
  browse(origin: string): Promise<string>;
}

const password = 'correct horse battery';

/** Invites somebody into the default workspace, through the doors they would come by. */
export async function addPerson({ call }: Pick<Plugboard, 'call'>, role: Role): Promise<Person> {
  const email = `${randomBytes(6).toString('hex')}@example.com`;
  const invited = await call('POST /api/v1/invitations', { body: { email, role } });
  const token = new URL(String(invited.body['url'])).hash.slice(1);
  const joined = await call('POST /api/v1/invitations/accept', { key: '', body: { token, name: email, password } });
  if (joined.status !== 201) throw new Error(`Nobody joined: ${joined.text}`);
  const signIn = async (): Promise<string> => {
    const signedIn = await call('POST /api/auth/sign-in/email', { key: '', body: { email, password } });
    if (signedIn.status !== 200) throw new Error(`Nobody signed in: ${signedIn.text}`);
    return String(signedIn.body['token']);
  };
  const browse = async (origin: string): Promise<string> => {
    const headers = { origin };
    const signedIn = await call('POST /api/auth/sign-in/email', { key: '', body: { email, password }, headers });
    const set = [signedIn.headers['set-cookie']].flat().map(String);
    return set.map((cookie) => cookie.split(';', 1)[0]).join('; ');
  };
  return { userId: String(joined.body['user_id']), token: await signIn(), signIn, browse };
}
