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
type Post = (path: string, body: Body) => Promise<Body>;

/** Connects both upstreams over the API, as a person would, and mints a key for an agent. Throws where one is refused. */
export async function connectUpstreams({ url, adminKey, upstreams }: ConnectWish): Promise<Connected> {
  const post: Post = (path, body) => postJson(`${url}/api/v1${path}`, adminKey, body);
  const echo = await connect(post, 'everything', { url: upstreams.mcp });
  const gitlab = await connect(post, 'gitlab', { base_url: upstreams.gitlab, token: 'glpat-of-the-benchmark' });
  const minted = await post('/api-keys', { name: 'Bench', kind: 'agent' });
  return { agentKey: String(minted['key']), echo, gitlab };
}

async function connect(post: Post, connectorSlug: string, fields: Body): Promise<string> {
  const { connection } = await post('/connections', { connectorSlug });
  const id = isRecord(connection) ? String(connection['id']) : '';
  await post(`/connections/${id}/credentials`, { fields });
  return id;
}

async function postJson(url: string, key: string, body: Body): Promise<Body> {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const answer = await request(url, { method: 'POST', headers, body: JSON.stringify(body) });
  const text = await answer.body.text();
  if (answer.statusCode >= 300) throw new Error(`POST ${url} was answered ${answer.statusCode}: ${text}`);
  const value = parseJson(text);
  return isRecord(value) ? value : {};
}
