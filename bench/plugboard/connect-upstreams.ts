import { request } from 'undici';
import { isRecord, parseJson } from '../../server/src/lib/json.ts';

/** What calling through Plugboard takes. */
export interface Connected {
  /** Of an agent: it may call tools and nothing else. */
  readonly agentKey: string;
  /** Ids of connections. */
  readonly echo: string;
  readonly gitlab: string;
}

export interface ConnectWish {
  readonly url: string;
  readonly adminKey: string;
  readonly upstreams: { readonly mcp: string; readonly gitlab: string };
}

type Body = Readonly<Record<string, unknown>>;

/** A Plugboard and the credential of who may do everything in a workspace of it. */
export interface Site {
  readonly url: string;
  readonly adminKey: string;
  /** Which one, where the credential is good for several. */
  readonly workspace?: string;
}

/** Makes a workspace of its own and signs its owner in. Once per Plugboard: the owner's password is set on the way. */
export async function newWorkspace({ url, adminKey }: Site, slug: string): Promise<Site> {
  const person = { email: 'bench@example.com', password: adminKey };
  await postJson({ url, adminKey }, '/api/v1/workspaces', { name: slug, slug });
  await sendJson({ url, adminKey }, 'PUT /api/v1/me/sign-in', person);
  const { token } = await postJson({ url, adminKey: '' }, '/api/auth/sign-in/email', person);
  return { url, adminKey: String(token), workspace: slug };
}

/** Connects both upstreams over the API, as a person would, and mints a key for an agent. Throws where one is refused. */
export async function connectUpstreams({ url, adminKey, upstreams }: ConnectWish): Promise<Connected> {
  const site = { url, adminKey };
  const echo = await connectServer(site, upstreams.mcp);
  const gitlab = await connectGitlab(site, upstreams.gitlab);
  return { agentKey: await mintKey(site), echo, gitlab };
}

/** Connects an MCP server without sign-in and answers the connection's id. */
export function connectServer(site: Site, url: string): Promise<string> {
  return connect(site, 'everything', { url });
}

/** Connects a GitLab and answers the connection's id. */
export function connectGitlab(site: Site, url: string): Promise<string> {
  return connect(site, 'gitlab', { base_url: url, token: 'glpat-of-the-benchmark' });
}

/** A key of an agent: it may call tools and nothing else. */
export async function mintKey(site: Site): Promise<string> {
  const minted = await postJson(site, '/api/v1/api-keys', { name: 'Bench', kind: 'agent' });
  return String(minted['key']);
}

async function connect(site: Site, connectorSlug: string, fields: Body): Promise<string> {
  const { connection } = await postJson(site, '/api/v1/connections', {
    connectorSlug,
    label: `${connectorSlug} ${Math.random()}`,
  });
  const id = isRecord(connection) ? String(connection['id']) : '';
  await postJson(site, `/api/v1/connections/${id}/credentials`, { fields });
  return id;
}

function postJson(site: Site, path: string, body: Body): Promise<Body> {
  return sendJson(site, `POST ${path}`, body);
}

async function sendJson({ url, adminKey, workspace }: Site, what: string, body: Body): Promise<Body> {
  const [method = '', path = ''] = what.split(' ');
  const headers = {
    'content-type': 'application/json',
    ...(adminKey !== '' && { authorization: `Bearer ${adminKey}` }),
    ...(workspace !== undefined && { 'x-workspace': workspace }),
  };
  const answer = await request(`${url}${path}`, { method, headers, body: JSON.stringify(body) });
  const text = await answer.body.text();
  if (answer.statusCode >= 300) throw new Error(`${what} was answered ${answer.statusCode}: ${text}`);
  const value = parseJson(text);
  return isRecord(value) ? value : {};
}
