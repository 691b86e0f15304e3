import { readFileSync } from 'node:fs';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { type ApiClient, apiClient, listAt, textAt, valueAt } from './client.ts';
import { expect, scene, show, tell } from './narrate.ts';
import { signIn } from './sign-in-act.ts';
import { startWorld, type World } from './world.ts';

const gitlabToken = 'glpat-demo-token-of-nobody';
const issue = { project: 'acme/api', title: 'Login button is grey' };

async function main(): Promise<void> {
  const startedAt = performance.now();
  tell('Plugboard, from an empty machine to an agent calling a real tool.');
  const world = await startWorld();
  try {
    world.gitlab.allow(gitlabToken);
    await play(world);
  } finally {
    await world.stop();
  }
  tell(`\n   Done in ${((performance.now() - startedAt) / 1000).toFixed(1)} s. Start your own with: npm start`);
}

async function play(world: World): Promise<void> {
  const admin = apiClient(world.plugboard, readFileSync(world.adminKeyFile, 'utf8').trim());
  scene('Browse the catalog');
  const catalog = listAt(await admin.get('/api/v1/connectors'), 'body', 'items');
  tell(`${catalog.length} connectors: ${catalog.map((item) => textAt(item, 'id')).join(', ')}`);
  await connectMcpServer(admin, world);
  const gitlab = await connectGitlab(admin, world);
  await signIn(admin, world);
  await listTools(admin);
  const agentKey = await mintAgentKey(admin);
  const agent = apiClient(world.plugboard, agentKey);
  await read(agent, gitlab);
  const approval = await askForWrite(agent, gitlab);
  await decide(admin, agent, { approval, gitlab });
  await useMcp(world, admin, agentKey);
  await readLog(admin);
}

async function connectMcpServer(admin: ApiClient, world: World): Promise<void> {
  scene('Connect a real MCP server');
  tell(`@modelcontextprotocol/server-everything, from npm, is listening on ${world.mcpServer}`);
  const started = await admin.post('/api/v1/connections', { connectorSlug: 'everything' });
  const id = textAt(started, 'body', 'connection', 'id');
  const accepted = await admin.post(`/api/v1/connections/${id}/credentials`, { url: world.mcpServer });
  expect(textAt(accepted, 'body', 'connection', 'status') === 'connected', 'the MCP server is connected');
  tell('Plugboard spoke to it and listed its tools: connected.');
}

async function connectGitlab(admin: ApiClient, world: World): Promise<string> {
  scene('Connect GitLab, first with a wrong key');
  const started = await admin.post('/api/v1/connections', { connectorSlug: 'gitlab', label: 'Acme GitLab' });
  const id = textAt(started, 'body', 'connection', 'id');
  const submit = (token: string) =>
    admin.post(`/api/v1/connections/${id}/credentials`, { base_url: world.gitlab.url, token });
  const refused = await submit('glpat-not-a-real-token');
  expect(refused.status === 422, 'a wrong key is refused');
  tell(`HTTP ${refused.status}, in the provider's words: ${textAt(refused, 'body', 'error', 'message')}`);
  const accepted = await submit(gitlabToken);
  expect(textAt(accepted, 'body', 'connection', 'status') === 'connected', 'the right key is accepted');
  tell(
    `With the right key: connected as ${textAt(accepted, 'body', 'connection', 'account')}. The key is sealed; no answer ever shows it.`,
  );
  return id;
}

async function listTools(admin: ApiClient): Promise<void> {
  scene('See what an agent can call');
  const tools = listAt(await admin.get('/api/v1/tools'), 'body', 'data');
  const writes = tools.filter((tool) => textAt(tool, 'type') === 'write').length;
  tell(`${tools.length} tools, ${writes} of them write and will wait for a person.`);
  tell(
    tools
      .map((tool) => textAt(tool, 'name'))
      .slice(0, 6)
      .join(', ')
      .concat(' …'),
  );
}

async function mintAgentKey(admin: ApiClient): Promise<string> {
  scene('Mint a key for an agent');
  const minted = await admin.post('/api/v1/api-keys', { name: 'Demo agent', kind: 'agent' });
  expect(minted.status === 201, 'the agent gets a key');
  tell(`Kind agent, scopes ${listAt(minted, 'body', 'api_key', 'scopes').join(', ')}: it can call, and never decide.`);
  return textAt(minted, 'body', 'key');
}

async function read(agent: ApiClient, gitlab: string): Promise<void> {
  scene('The agent reads');
  const read = await agent.post(`/api/v1/connections/${gitlab}/tools/list_issues/call`, {
    arguments: { project: issue.project },
  });
  expect(textAt(read, 'body', 'status') === 'ok', 'a read runs');
  tell('list_issues ran at once:');
  show(valueAt(read, 'body', 'output'));
}

async function askForWrite(agent: ApiClient, gitlab: string): Promise<string> {
  scene('The agent wants to write');
  const asked = await agent.post(`/api/v1/connections/${gitlab}/tools/create_issue/call?wait=0`, { arguments: issue });
  expect(asked.status === 202, 'a write waits');
  tell(`create_issue, asked not to wait, answers HTTP 202: ${textAt(asked, 'body', 'status')}. Nothing was sent.`);
  const id = textAt(asked, 'body', 'approval_id');
  const refused = await agent.post(`/api/v1/approvals/${id}/approve`);
  expect(refused.status === 403, 'the agent cannot approve its own call');
  tell(`It tries to approve its own call: HTTP ${refused.status}. ${textAt(refused, 'body', 'error', 'message')}`);
  return id;
}

async function decide(
  admin: ApiClient,
  agent: ApiClient,
  { approval, gitlab }: { approval: string; gitlab: string },
): Promise<void> {
  scene('A person approves, and the agent gets the result');
  const seen = await admin.get(`/api/v1/approvals/${approval}`);
  tell(`What the person sees: ${textAt(seen, 'body', 'target')}`);
  show(valueAt(seen, 'body', 'arguments'));
  const approved = await admin.post(`/api/v1/approvals/${approval}/approve`, { note: 'Go ahead.' });
  expect(textAt(approved, 'body', 'status') === 'done', 'the stored call ran');
  const collected = await agent.post(`/api/v1/connections/${gitlab}/tools/create_issue/call`, { arguments: issue });
  expect(textAt(collected, 'body', 'status') === 'ok', 'the same call returns the stored result');
  tell(`The agent repeats its call and gets the result: ${textAt(collected, 'body', 'output', 'web_url')}`);
  const again = await agent.post(`/api/v1/connections/${gitlab}/tools/create_issue/call?wait=0`, { arguments: issue });
  expect(again.status === 202, 'a result is handed out once');
  tell('Once more, and it is a new question: one approval, one write.');
}

async function useMcp(world: World, admin: ApiClient, key: string): Promise<void> {
  scene('The same through MCP, with a real MCP client');
  const client = new Client({ name: 'demo', version: '1.0.0' }, { versionNegotiation: { mode: 'auto' } });
  const headers = { authorization: `Bearer ${key}` };
  await client.connect(
    new StreamableHTTPClientTransport(new URL(`${world.plugboard}/mcp`), { requestInit: { headers } }),
  );
  const { tools } = await client.listTools();
  tell(`${tools.length} tools over the ${client.getProtocolEra()} protocol.`);
  const sum = await client.callTool({ name: 'everything__get-sum', arguments: { a: 19, b: 23 } });
  tell('everything__get-sum of 19 and 23:');
  show(valueAt(sum, 'structuredContent') ?? sum.content);
  await writeByMcp(client, admin);
  await client.close();
}

async function writeByMcp(client: Client, admin: ApiClient): Promise<void> {
  const call = {
    name: 'gitlab__add_issue_note',
    arguments: { project: issue.project, issue_iid: 1, body: 'Looking at it.' },
  };
  const waiting = Promise.withResolvers<string>();
  const asked = client.callTool(call, { onprogress: ({ message = '' }) => waiting.resolve(message) });
  const message = await waiting.promise;
  tell(`gitlab__add_issue_note takes its time. The client hears: "${message}"`);
  await admin.post(`/api/v1/approvals/${message.split('/').at(-1) ?? ''}/approve`);
  const result = await asked;
  expect(result.isError !== true, 'the call that waited gets its result');
  tell('The admin approves there, and the same call answers:');
  show(textAt(result.content, 0, 'text'));
}

async function readLog(admin: ApiClient): Promise<void> {
  scene('Everything is on record');
  await new Promise((resolve) => setTimeout(resolve, 200));
  const calls = listAt(await admin.get('/api/v1/calls'), 'body', 'data');
  expect(calls.length >= 6, 'every call is in the log');
  for (const call of calls.slice(0, 8)) {
    tell(
      `${textAt(call, 'at')}  ${textAt(call, 'door').padEnd(8)} ${textAt(call, 'tool').padEnd(16)} ${textAt(call, 'status')}`,
    );
  }
  const events = listAt(await admin.get('/api/v1/events'), 'body', 'data');
  tell(`and ${events.length} changes: ${[...new Set(events.map((event) => textAt(event, 'type')))].join(', ')}`);
}

await main();
