import { headerSecrets, headersAmong } from '../../auth-modes/connection-headers.ts';
import type { Context } from '../../context.ts';
import { openCredentials } from '../../credentials/open-credentials.ts';
import type { Credentials } from '../../credentials/seal-credentials.ts';
import type { Connection } from '../connection.ts';

/**
 * New credentials together with the headers that the connection already has, which are submitted apart from them. They are
 * left out where the new ones may go to an address that the headers were not given for (S1).
 */
export async function withKeptHeaders(
  ctx: Pick<Context, 'db' | 'vault'>,
  { id }: Pick<Connection, 'id'>,
  { secrets, origins }: Credentials,
): Promise<Credentials> {
  const before = await openCredentials(ctx, id);
  const kept = origins.every((origin) => before.origins.includes(origin)) ? headersAmong(before.secrets) : {};
  return { secrets: { ...headerSecrets(kept), ...secrets }, origins };
}
