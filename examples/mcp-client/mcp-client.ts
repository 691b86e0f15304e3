import { Client, type CallToolResult, StreamableHTTPClientTransport, SdkHttpError } from '@modelcontextprotocol/client';

const { PLUGBOARD_URL = 'http://localhost:7400', PLUGBOARD_KEY } = process.env;

/** A client at Plugboard's MCP door: it sees the tools of every connection that the key's person may use. */
async function connect(plugboard: string, key: string): Promise<Client> {
  // #region connect
  const client = new Client({ name: 'my-agent', version: '1.0.0' });
  const headers = { authorization: `Bearer ${key}` };
  await client.connect(new StreamableHTTPClientTransport(new URL('/mcp', plugboard), { requestInit: { headers } }));
  // #endregion
  return client;
}

async function list(client: Client): Promise<void> {
  // #region list
  const { tools } = await client.listTools();
  for (const { name, title } of tools) console.log(`${name}: ${title}`);
  // #endregion
}

/** Calls a tool. Where a person has to decide first, what is heard meanwhile says where. */
async function call(client: Client, name: string, args: Record<string, unknown>): Promise<void> {
  // #region call
  const result = await client.callTool(
    { name, arguments: args },
    { onprogress: ({ message }) => console.error(message), timeout: 60_000 },
  );
  // #endregion
  if (result.isError) throw new Error(textOf(result));
  console.log(textOf(result));
}

function textOf({ content }: CallToolResult): string {
  return content.map((part) => (part.type === 'text' ? part.text : `(${part.type})`)).join('\n');
}

function parse(json: string): Record<string, unknown> {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new Error(`The arguments are no JSON: ${json}`, { cause });
  }
}

async function main([tool, json = '{}']: readonly string[]): Promise<void> {
  if (!PLUGBOARD_KEY) throw new Error('Set PLUGBOARD_KEY: README.md says to what.');
  const client = await connect(PLUGBOARD_URL, PLUGBOARD_KEY);
  try {
    await (tool === undefined ? list(client) : call(client, tool, parse(json)));
  } finally {
    await client.close();
  }
}

function explain(error: unknown): string {
  if (error instanceof SdkHttpError && error.status === 401)
    return 'Plugboard does not know this key, or it was revoked.';
  if (error instanceof SdkHttpError) return `Plugboard answered ${error.status}: ${error.message}`;
  // What `fetch` throws where there is no connection.
  if (error instanceof TypeError) return `Nothing answers at ${PLUGBOARD_URL}.`;
  return error instanceof Error ? error.message : String(error);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error(explain(error));
  process.exitCode = 1;
}
