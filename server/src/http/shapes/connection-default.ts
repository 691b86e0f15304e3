import { z } from 'zod';
import type { ConnectionDefault } from '../../connections/defaults/connection-defaults.ts';

/** What a connector's name alone means, by connector. */
export const connectionDefaults = z
  .record(z.string(), z.uuid())
  .describe('By connector, the id of the connection that its name alone means.');

/** Which connection a connector's name alone is to mean. */
export const defaultInput = z.strictObject({
  connector: z.string().min(1).max(100),
  connection_id: z.uuid().toLowerCase().nullable().describe('null: none in particular.'),
});

export function showDefaults(defaults: readonly ConnectionDefault[] = []): z.output<typeof connectionDefaults> {
  return Object.fromEntries(defaults.map(({ connectorId, connectionId }) => [connectorId, connectionId]));
}
