import { createPlugboard, isPlugboardError, type Plugboard, type ToolOutcome } from '@plugboard/sdk';

/** Keys and tokens come from the environment: an argument could be read by everybody on the machine. */
function setting(name: string): string {
  const value = process.env[name];
  if (value) return value;
  throw new Error(`Set ${name}: README.md says to what.`);
}

async function main([project, title]: readonly string[]): Promise<void> {
  if (project === undefined || title === undefined)
    throw new Error('Say a project and a title: node connect-and-call.ts acme/api "Found by a program"');
  // #region client
  const plugboard = createPlugboard({ url: process.env['PLUGBOARD_URL'], key: setting('PLUGBOARD_KEY') });
  // #endregion
  const connection = await connectGitlab(plugboard);
  const { handle, account } = await plugboard.connections.get(connection);
  console.log(`Connected: ${handle}, as ${account}`);

  // #region search
  for await (const { name, type } of plugboard.tools.list({ q: 'issue' })) console.log(`${name} (${type})`);
  // #endregion

  const open = { project, state: 'opened' };
  console.log('Open:', JSON.stringify(await call(plugboard, { connection, tool: 'list_issues', args: open })));
  const wish = { project, title };
  console.log('Created:', JSON.stringify(await call(plugboard, { connection, tool: 'create_issue', args: wish })));
}

/** The id of this person's connection to GitLab. The first time the token is needed; it counts once GitLab has accepted it. */
async function connectGitlab(plugboard: Plugboard): Promise<string> {
  // #region connect
  const { connection } = await plugboard.connections.create({ connectorSlug: 'gitlab', label: 'My GitLab' });
  if (connection.status !== 'connected') {
    const fields = { base_url: process.env['GITLAB_URL'] ?? 'https://gitlab.com', token: setting('GITLAB_TOKEN') };
    await plugboard.connections.credentials.submit(connection.id, { fields });
  }
  // #endregion
  return connection.id;
}

interface Call {
  readonly connection: string;
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/** Calls a tool, and answers its output. Where a person decides first, it says where and goes on once they have. */
async function call(plugboard: Plugboard, { connection, tool, args }: Call): Promise<unknown> {
  // #region call
  const callOnce = (wait: number): Promise<ToolOutcome> =>
    plugboard.connections.tools.call(connection, tool, { arguments: args }, { query: { wait } });
  let outcome = await callOnce(0);
  if (outcome.status === 'needs_approval') console.log(`A person decides: ${outcome.url}`);
  // The same call is told of the approval that still waits, and once gets the result.
  while (outcome.status === 'needs_approval') outcome = await callOnce(45);
  // #endregion
  if (outcome.status === 'ok') return outcome.output;
  // Rejected calls have a reason, as `declined` by a person. Of `outcome_unknown` look before you try again.
  const why = outcome.status === 'rejected' ? outcome.reason : outcome.status;
  throw new Error(`${tool} came to nothing (${why}): ${outcome.message}`);
}

// #region errors
/** The code says what kind of error it is, and the request id finds it in the server's log. */
function explain(error: unknown): string {
  if (!isPlugboardError(error)) return error instanceof Error ? error.message : String(error);
  const request = error.requestId === undefined ? '' : ` (request ${error.requestId})`;
  return `${error.code}: ${error.message}${request}`;
}
// #endregion

try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error(explain(error));
  process.exitCode = 1;
}
