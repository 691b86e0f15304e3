// #region program
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';

/** Lists the open issues of a repository through Plugboard. */
export async function listIssues(plugboard: string, agentKey: string) {
  const client = new Client({ name: 'my-agent', version: '1.0.0' });
  const headers = { authorization: `Bearer ${agentKey}` };
  await client.connect(new StreamableHTTPClientTransport(new URL('/mcp', plugboard), { requestInit: { headers } }));
  const issues = { owner: 'octocat', repo: 'hello-world' };
  const result = await client.callTool({ name: 'github__list_issues', arguments: issues });
  await client.close();
  return result.content;
}
// #endregion
