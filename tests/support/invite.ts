import type { Role } from '../../server/src/access/caller.ts';
import type { Plugboard } from './plugboard.ts';

/** What somebody is sent who is invited. */
export interface Invited {
  readonly id: string;
  readonly link: string;
  readonly token: string;
}

/** Invites somebody over the API. */
export async function invite(
  { call }: Pick<Plugboard, 'call'>,
  email: string,
  role: Role = 'MEMBER',
): Promise<Invited> {
  const { status, body, text } = await call('POST /api/v1/invitations', { body: { email, role } });
  if (status !== 201) throw new Error(`Nobody was invited: ${text}`);
  const link = String(body['url']);
  return { id: String(Object(body['invitation']).id), link, token: new URL(link).hash.slice(1) };
}
