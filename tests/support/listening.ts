import type { DatabaseConfig } from './databases.ts';
import { freePort } from './free-port.ts';
import { type Plugboard, type PlugboardOptions, startPlugboard } from './plugboard.ts';

/** Plugboard on a port of its own, reached over a socket too. */
export interface ListeningPlugboard extends Plugboard {
  readonly publicUrl: string;
}

/** As `startPlugboard`, and listening. */
export async function startListening(
  database: DatabaseConfig,
  options: PlugboardOptions = {},
): Promise<ListeningPlugboard> {
  const port = await freePort();
  const publicUrl = `http://127.0.0.1:${port}`;
  const plugboard = await startPlugboard(database, { port, publicUrl, ...options });
  await plugboard.listen();
  return { ...plugboard, publicUrl };
}
