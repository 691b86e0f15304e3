import { z } from 'zod';
import type { Connection } from '../../connections/connection.ts';

/** A connection as other nouns mention it. */
export const connectionRef = z.object({
  id: z.uuid(),
  handle: z.string(),
  label: z.string(),
  account: z.string().nullable().describe('Who it is at the provider, when known.'),
  connector: z.string(),
});

export function showConnectionRef(connection: Connection): z.output<typeof connectionRef> {
  const { id, handle, label, identity, connectorId } = connection;
  return { id, handle, label, account: identity, connector: connectorId };
}
