import { randomBytes } from 'node:crypto';
import { createPlugboard, isPlugboardError, type Plugboard, type ToolOutcome } from '@plugboard/sdk';
import { type Desk, openDesk } from './desk.ts';

async function main(): Promise<void> {
  const { PLUGBOARD_URL: url, PLUGBOARD_KEY: key } = process.env;
  if (!key) throw new Error('Set PLUGBOARD_KEY: README.md says to what.');
  const plugboard = createPlugboard({ url, key });
  const { name, version } = await plugboard.connectors.get('acme-desk');
  console.log(`In the catalog: ${name} ${version}`);

  const desk = await openDesk(`desk-${randomBytes(16).toString('hex')}`);
  const { connection } = await plugboard.connections.create({ connectorSlug: 'acme-desk', label: 'A desk to try' });
  try {
    await connect(plugboard, connection.id, desk);
    await useTools(plugboard, connection.id);
    console.log('The desk has:', JSON.stringify(desk.messages));
  } finally {
    await plugboard.connections.delete(connection.id);
    desk.stop();
  }
}

/** Values count once the connector's `verify` has asked the desk. What it says of a wrong token comes in its own words. */
async function connect(plugboard: Plugboard, id: string, { url, token }: Desk): Promise<void> {
  const submit = (value: string) =>
    plugboard.connections.credentials.submit(id, { fields: { base_url: url, token: value } });
  await submit('wrong').catch((error: unknown) => {
    if (!isPlugboardError(error, 'INVALID_INPUT')) throw error;
    console.log(`With a wrong token: ${error.message}`);
  });
  const { connection } = await submit(token);
  console.log(`With the right one: ${connection.status}, as ${connection.account}`);
}

/** A read runs at once, a write waits for a person: the connector says which is which. */
async function useTools(plugboard: Plugboard, id: string): Promise<void> {
  const call = (tool: string, args: Readonly<Record<string, unknown>>, wait = 0): Promise<ToolOutcome> =>
    plugboard.connections.tools.call(id, tool, { arguments: args }, { query: { wait } });
  console.log('get_ticket:', JSON.stringify(await call('get_ticket', { number: 17 })));
  const answer = { number: 17, text: 'Pull, do not push.' };
  let outcome = await call('answer_ticket', answer);
  if (outcome.status === 'needs_approval') console.log(`A person decides: ${outcome.url}`);
  while (outcome.status === 'needs_approval') outcome = await call('answer_ticket', answer, 45);
  console.log('answer_ticket:', JSON.stringify(outcome));
}

/** The code says what kind of error it is, and the request id finds it in the server's log. */
function explain(error: unknown): string {
  if (!isPlugboardError(error)) return error instanceof Error ? error.message : String(error);
  const request = error.requestId === undefined ? '' : ` (request ${error.requestId})`;
  const advice =
    error.code === 'NOT_FOUND' ? ' Is PLUGBOARD_CATALOG_DIRS of the server the folder connectors/ here?' : '';
  return `${error.code}: ${error.message}${advice}${request}`;
}

try {
  await main();
} catch (error) {
  console.error(explain(error));
  process.exitCode = 1;
}
