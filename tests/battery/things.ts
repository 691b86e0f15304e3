import { changeEndUser } from '../../server/src/access/end-users/change-end-user.ts';
import { mintKey } from '../../server/src/access/keys/api-keys.ts';
import { acceptInvitation } from '../../server/src/access/workspaces/people/accept-invitation.ts';
import { addCrewMember, createCrew } from '../../server/src/access/workspaces/crews.ts';
import { createInvitation } from '../../server/src/access/workspaces/people/invitations.ts';
import { createProject } from '../../server/src/access/workspaces/projects.ts';
import { requestApproval } from '../../server/src/approvals/request-approval.ts';
import { createEndpoint } from '../../server/src/connections/endpoints/create-endpoint.ts';
import { seeProject } from '../../server/src/connections/endpoints/see-endpoint.ts';
import { prepareConnection } from '../../server/src/connections/new-connection.ts';
import { revokeConnections } from '../../server/src/connections/revoking/revoke-connections.ts';
import { addServer } from '../../server/src/connections/servers/add-server.ts';
import { startConnection } from '../../server/src/connections/start-connection.ts';
import { storeTools } from '../../server/src/connections/tools/store-tools.ts';
import type { Context } from '../../server/src/context.ts';
import { changeRetry, putRetry } from '../../server/src/events/outbox/retry-store.ts';
import { keepFile } from '../../server/src/files/keep-file.ts';
import type { Route } from '../../server/src/http/route.ts';
import { newId, randomToken } from '../../server/src/lib/ids.ts';
import { Secret } from '../../server/src/lib/secret.ts';
import { registerKeySet } from '../../server/src/links/user-tokens/key-sets.ts';
import { mintUserToken } from '../../server/src/links/user-tokens/mint-user-token.ts';
import { requestConnectLink } from '../../server/src/links/connect-links/making/request-connect-link.ts';
import { setOauthApp } from '../../server/src/oauth/apps/set-app.ts';
import { insertDeliveries } from '../../server/src/webhooks/deliveries/delivery-store.ts';
import { createWebhook } from '../../server/src/webhooks/managing/create-webhook.ts';
import { deleteWebhook } from '../../server/src/webhooks/managing/delete-webhook.ts';
import { allWebhooks } from '../../server/src/webhooks/webhook-store.ts';
import { shippedConnector } from '../support/shipped-connector.ts';
import { newSigner } from '../support/signer.ts';

type Params = Readonly<Record<string, string>>;

/** Makes something in a workspace that a path can name, in what the path has named before, and answers its id. */
type Make = (ctx: Context, named: Params) => Promise<string>;

/** By the word before the parameter in a path: `/crews/:crew`. A new noun is taught here, once. */
const makers: Readonly<Record<string, Make>> = {
  'agent endpoints': makeAgentEndpoint,
  'api-keys': async (ctx) => (await mintKey(ctx, { name: 'Short-lived', kind: 'agent' })).key.id,
  approvals: makeApproval,
  'connect-links': async (ctx) =>
    (await requestConnectLink(ctx, { endUser: { id: ctx.caller.endUser?.externalId ?? 'u_3' } })).id,
  connections: async (ctx) =>
    (await startConnection(ctx, { connectorSlug: 'github', label: randomToken(4) })).connection.id,
  'connector objects': makeConnected,
  'end-users': makeEndUser,
  crews: async (ctx) => (await createCrew(ctx, { name: 'Crew', slug: slug() })).id,
  files: async (ctx) => (await keepFile(ctx, { name: 'figures.csv', bytes: bytesOf('a,b') })).id,
  integrations: makeServer,
  'key-sets': makeKeySet,
  invitations: async (ctx) => (await createInvitation(ctx, { email: email(), role: 'VIEWER' })).invitation.id,
  members: makeMember,
  'set-aside': makeSetAside,
  projects: async (ctx) => (await createProject(ctx, { name: 'Project', slug: slug() })).id,
  revocations: makeRevocation,
  'user-tokens': async (ctx) => (await mintUserToken(ctx, { endUser: { id: 'u_1' } })).token.id,
  webhooks: makeWebhook,
  deliveries: makeDelivery,
};

/** What a path can name that is the same in every workspace. */
const everywhere: Readonly<Record<string, string>> = {
  connectors: 'github',
  brand: 'github.svg',
  'oauth-apps': 'google-calendar',
  operations: 'list_issues',
  tools: 'list_issues',
};

/** Values for the parameters of a path, each of something made just now in the workspace. */
export async function paramsFor(
  { method, path }: Pick<Route, 'method' | 'path'>,
  ctx: Context,
): Promise<Record<string, string>> {
  const params: Record<string, string> = {};
  for (const { noun, name } of namesIn(path)) {
    params[name] =
      noun === 'workspaces' ? ctx.caller.workspaceId : (everywhere[noun] ?? (await make(noun, ctx, params)));
  }
  if (method === 'DELETE' && path.includes('/crews/:crew/members/')) await enlist(params, ctx);
  if (method === 'DELETE' && path.startsWith('/api/v1/oauth-apps/')) await setUpApp(params, ctx);
  return params;
}

/** Whether the path names something that belongs to one workspace. */
export function namesOwned(path: string): boolean {
  return namesIn(path).some(({ noun }) => Object.hasOwn(makers, noun));
}

/** The parameters of a path, each with what it names: the word before it, unless the API calls it otherwise. */
function namesIn(path: string): readonly { readonly noun: string; readonly name: string }[] {
  return [...path.matchAll(/(?<=([^/]+))\/:(\w+)/g)].map(([, word = '', name = '']) => ({
    noun: otherwise.find(([start, called]) => path.startsWith(start) && called === word)?.[2] ?? word,
    name,
  }));
}

/** Where a path starts, its word, and what it means there. */
const otherwise: readonly (readonly [start: string, word: string, noun: string])[] = [
  ['/api/projects/', 'connectors', 'agent endpoints'],
  ['/v1/connectors/', 'connectors', 'connector objects'],
  ['/v1/tools/', ':connection_id', 'operations'],
];

function make(noun: string, ctx: Context, named: Params = {}): Promise<string> {
  const maker = makers[noun];
  if (maker === undefined) throw new Error(`Teach tests/battery/things.ts how to make what /${noun}/:… names.`);
  return maker(ctx, named);
}

async function* bytesOf(text: string): AsyncGenerator<Buffer> {
  yield Buffer.from(text);
}

/** An agent that nobody answers for, in the project that the path has named. */
async function makeAgentEndpoint(ctx: Context, { projectId = '' }: Params): Promise<string> {
  const project = await seeProject(ctx, projectId);
  const endpoint = await createEndpoint(ctx, project, {
    name: randomToken(4),
    type: 'langgraph',
    baseUrl: 'http://localhost:61017',
    headers: {},
    config: { assistantId: 'nobody' },
  });
  return endpoint.connection.id;
}

/** A connection that is connected without anybody being asked. */
async function makeConnected(ctx: Context): Promise<string> {
  const connector = { ...shippedConnector('everything'), fields: [] };
  const opening = { connector, authMode: 'none', scope: 'workspace', status: 'connected', statusReason: null } as const;
  const { id, insert } = await prepareConnection(ctx, { ...opening, label: randomToken(4) });
  await ctx.db.transact(insert);
  return id;
}

/** A custom MCP server that is away, and was not always. */
async function makeServer(ctx: Context): Promise<string> {
  const endpoint = 'http://127.0.0.1:2/mcp';
  const { id } = await addServer(ctx, { name: 'Server', transport: 'streamable-http', endpoint });
  const tool = { name: everywhere['tools'] ?? '', label: 'Tool', description: '', input: { type: 'object' } };
  await storeTools(ctx, { id, generation: 1 }, [{ ...tool, effect: 'read', destructive: false }]);
  return id;
}

async function makeMember(ctx: Context): Promise<string> {
  const { token } = await createInvitation(ctx, { email: email(), role: 'VIEWER' });
  const password = new Secret(randomToken());
  return (await acceptInvitation(ctx, { token: token.reveal(), name: 'Member', password })).userId;
}

async function makeRevocation(ctx: Context): Promise<string> {
  const ids = [await make('connections', ctx)];
  return (await revokeConnections(ctx, { filter: { ids }, usedSince: null })).id;
}

async function makeApproval(ctx: Context): Promise<string> {
  const caller = await askerOf(ctx);
  const bound = {
    principal: caller.principal,
    userId: caller.userId,
    connectionId: await make('connections', ctx),
    connectionGeneration: 1,
    tool: 'create_issue',
    toolDigest: 'a digest',
    target: 'POST https://api.github.com/repos/a/b/issues',
    policyVersion: 1,
  };
  const ask = {
    bound,
    connectorId: 'github',
    effect: 'write',
    destructive: false,
    door: 'rest',
    arguments: {},
  } as const;
  const asked = await requestApproval({ ...ctx, caller }, ask);
  if ('refused' in asked) throw new Error(asked.refused.message);
  return asked.approvalId;
}

/** An end user asks for themselves, and for everybody else a key. */
async function askerOf(ctx: Context): Promise<Context['caller']> {
  if (ctx.caller.endUser) return ctx.caller;
  const { key } = await mintKey(ctx, { name: 'Asker', kind: 'agent' });
  return { ...ctx.caller, principal: `key:${key.id}` };
}

async function makeKeySet(ctx: Context): Promise<string> {
  return (await registerKeySet(ctx, { name: 'Backend', jwks: { keys: [newSigner().jwk] } })).id;
}

/** So that there is somebody to take out of the crew. */
async function enlist({ crew = '', user_id: userId = '' }: Record<string, string>, ctx: Context): Promise<void> {
  await addCrewMember(ctx, { crew, userId });
}

/** So that there is an app to delete. */
async function setUpApp({ connector = '' }: Record<string, string>, ctx: Context): Promise<void> {
  await setOauthApp(ctx, shippedConnector(connector), { clientId: 'ours', clientSecret: new Secret('of the app') });
}

/** As the app calls them. */
async function makeEndUser(ctx: Context): Promise<string> {
  return (await changeEndUser(ctx, `app|user/${randomToken(4)}`, { name: 'Ada Example' })).externalId;
}

function slug(): string {
  return `crew-${newId().slice(-12)}`;
}

function email(): string {
  return `${newId()}@example.com`;
}

/** An event that somebody was told of in vain too often. */
async function makeSetAside(ctx: Context): Promise<string> {
  const id = newId();
  const subject = `connection:${await make('connections', ctx)}`;
  const event = await ctx.db.rows.selectFrom('events').select('id').where('subject', '=', subject).executeTakeFirst();
  const facts = { listener: 'nobody', event_id: event?.id ?? '', place: 1, created_at: new Date().toISOString() };
  await ctx.db.transact(async (trx) => {
    await putRetry(trx, { id, ...facts, attempts: 1, run_at: 1, last_error: 'Error' });
    await changeRetry(trx, id, { attempts: 2, last_error: 'Error', set_aside_at: facts.created_at });
  });
  return id;
}

const nobodyListens = { url: 'http://127.0.0.1:2/hooks', events: ['webhook.disabled'] };

/** A webhook, in the place of those made before where there is no room for more. */
async function makeWebhook(ctx: Context): Promise<string> {
  const made = await allWebhooks(ctx.db);
  if (made.length > 40) for (const webhook of made) await deleteWebhook(ctx, webhook);
  return (await createWebhook(ctx, nobodyListens)).webhook.id;
}

/** Something that did not arrive at the webhook that the path has named. */
async function makeDelivery(ctx: Context, { id: webhookId = '' }: Params): Promise<string> {
  const id = newId();
  const at = new Date().toISOString();
  const about = { type: 'connection.failed', subject: 'connection:1', end_user_id: null, place: 1, payload: '{}' };
  const last = { last_attempt_at: at, last_status: 500, last_error: 'It answered 500.', last_answer: '' };
  const over = { status: 'failed', attempts: 11, run_at: null, settled_at: at, replay_id: null };
  const kept = { keep_until: 8_640_000_000_000_000 };
  await ctx.db.transact((trx) =>
    insertDeliveries(trx, [{ id, webhook_id: webhookId, event_id: newId(), at, ...about, ...last, ...over, ...kept }]),
  );
  return id;
}
