import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { roles, scopes } from '../../server/src/access/caller.ts';
import { everyRoute } from '../../server/src/http/openapi/documentation.ts';
import type { Route } from '../../server/src/http/route.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { startInstance, type StartedInstance } from '../support/instance.ts';
import { asEndUser, tokenOf } from './end-users.ts';
import { ask, type Answered } from './request.ts';
import { namesOwned, paramsFor } from './things.ts';

const routes = everyRoute();

/** Routes that cannot succeed with an example alone, and the test that shows that they do. */
const provenElsewhere: Readonly<Record<string, string>> = {
  openInvitation: 'server/src/http/routes/invitations.test.ts',
  acceptInvitation: 'server/src/http/routes/invitations.test.ts',
  acceptInvitationAsMe: 'server/src/http/routes/invitations.test.ts',
  submitCredentials: 'tests/journeys/',
  testConnection: 'tests/journeys/health-test.test.ts',
  callTool: 'tests/journeys/',
  editConnectionTools: 'tests/journeys/tool-store-new.test.ts',
  getToolChange: 'tests/journeys/tool-store.test.ts',
  acceptTool: 'tests/journeys/tool-store.test.ts',
  getConnectionSignIn: 'tests/journeys/oauth-routes.test.ts',
  restartConnectionSignIn: 'tests/journeys/oauth-routes.test.ts',
  beginSignIn: 'tests/journeys/oauth-routes.test.ts',
  finishSignIn: 'tests/journeys/oauth-routes.test.ts',
  approveCall: 'tests/journeys/',
  eraseMember: 'tests/journeys/erasure.test.ts',
  proxyHead: 'tests/journeys/proxy.test.ts',
  proxyGet: 'tests/journeys/proxy.test.ts',
  proxyOptions: 'tests/journeys/proxy.test.ts',
  proxyPost: 'tests/journeys/proxy.test.ts',
  proxyPut: 'tests/journeys/proxy.test.ts',
  proxyPatch: 'tests/journeys/proxy.test.ts',
  proxyDelete: 'tests/journeys/proxy.test.ts',
  decideApprovals: 'tests/journeys/approvals-batches.test.ts',
  acknowledgeOutcome: 'tests/journeys/cut-off.test.ts',
  createApprovalLink: 'tests/journeys/end-user-approval-page.test.ts',
  deleteAppOrigin: 'tests/attacks/s19-way-back.test.ts',
  revokeUserTokens: 'tests/journeys/user-tokens.test.ts',
  getClientMetadata: 'tests/journeys/client-metadata.test.ts',
};

/** Routes that make what their path names where there is none: another workspace's is none of theirs. */
const makesWhatItNames: ReadonlySet<string> = new Set(['putEndUser']);

describeOnDatabases('the battery', ({ migrated }) => {
  let instance: StartedInstance;
  beforeAll(async () => {
    instance = await startInstance(await migrated());
  });
  afterAll(() => instance.stop());

  describe.each(routes.map((route) => [`${route.method} ${route.path}`, route] as const))('%s', (_name, route) => {
    if (route.access !== 'public') {
      it('is a 401 without a caller, whatever else is wrong', async () => {
        covers('everywhere/1-credentials', 'everywhere/2-order');
        const params = Object.fromEntries([...route.path.matchAll(/:(\w+)/g)].map(([, name = '']) => [name, '!']));
        expect((await ask(instance, route, { params, ...unparsable(route) })).status).toBe(401);
        const address = `10.0.0.${routes.indexOf(route) % 250}`;
        expect((await ask(instance, route, { params, address, key: 'pb_of-nobody' })).status).toBe(401);
      });
    }

    if (needsPermission(route)) {
      it('is a 403 without the permission', async () => {
        covers('everywhere/5-roles');
        for (const key of await keysBelow(instance, route)) {
          expect((await send(instance, route, { key })).code).toBe('FORBIDDEN');
        }
      });
    }

    if (namesOwned(route.path) && !makesWhatItNames.has(route.name)) {
      it('is a 404 for what belongs to another workspace, before anything is said of the body', async () => {
        covers('everywhere/6-foreign');
        const params = await paramsFor(route, instance.abroad);
        const query = workspaceQuery(route, instance.home.caller.workspaceId);
        const body = route.body === undefined ? undefined : { no_field_of_ours: 1 };
        const answer = await ask(instance, route, { params, query, body, key: instance.adminKey });
        expect(answer.code).toBe('NOT_FOUND');
      });
    }

    if (route.workspaceIn !== undefined || (typeof route.access === 'object' && !namesOwned(route.path))) {
      it('is a 403 where another workspace is named', async () => {
        covers('everywhere/6-named');
        const abroad = instance.abroad.caller.workspaceId;
        const params = {
          ...(await paramsFor(route, instance.home)),
          ...(route.workspaceIn === 'path' ? { workspace: abroad } : {}),
        };
        const named = route.workspaceIn === 'path' ? {} : { workspace_id: abroad };
        const query = { ...route.example?.query, ...(route.workspaceIn === 'header' ? {} : named) };
        const header = route.workspaceIn === 'header' ? { workspace: abroad } : {};
        const asked = { params, query, ...header, ...exampleBody(route), key: instance.adminKey };
        const answer = await ask(instance, route, asked);
        expect(answer.code).toBe('FORBIDDEN');
      });
    }

    if (route.access !== 'public' && route.endUsers !== true) {
      it('is a 403 for the token of an end user, whatever is asked', async () => {
        covers('user-tokens/closed');
        const key = await tokenOf(instance.home, 'u_1');
        expect((await send(instance, route, { key })).code).toBe('FORBIDDEN');
      });
    }

    if (route.endUsers === true && namesOwned(route.path)) {
      it('is a 404 for an end user who names what is another’s or the workspace’s', async () => {
        covers('user-tokens/isolation');
        const key = await tokenOf(instance.home, 'u_1');
        for (const owner of [instance.home, await asEndUser(instance.home, 'u_2')]) {
          const params = { ...route.example?.params, ...(await paramsFor(route, owner)) };
          expect((await send(instance, route, { key, params })).code).toBe('NOT_FOUND');
        }
      });
    }

    it('refuses malformed input', async () => {
      covers('everywhere/3-errors', 'everywhere/4-unknown-fields');
      for (const asked of await malformed(instance, route)) {
        expect([400, 422]).toContain((await send(instance, route, asked)).status);
      }
    });

    it('succeeds with its example, in its declared shape and on record', async () => {
      covers('everywhere/9-lists');
      const params = { ...(await paramsFor(route, instance.home)), ...route.example?.params };
      const before = await recorded(instance);
      const answer = await send(instance, route, { params });
      if (route.name in provenElsewhere) return;
      expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
      expect(await newRecords(instance, before)).toEqual(
        route.audit === 'none' ? [] : expect.arrayContaining([route.audit]),
      );
    });
  });
});

it('every operation has a name and an address of its own', () => {
  expect(new Set(routes.map(({ name }) => name)).size).toBe(routes.length);
  expect(new Set(routes.map(({ method, path }) => `${method} ${path}`)).size).toBe(routes.length);
});

interface Changes {
  readonly key?: string;
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** Sends the example of a route to something of our own, changed as asked. */
async function send(instance: StartedInstance, route: Route, changes: Changes): Promise<Answered> {
  const { home, adminKey } = instance;
  const params = changes.params ?? { ...(await paramsFor(route, home)), ...route.example?.params };
  const query = { ...workspaceQuery(route, home.caller.workspaceId), ...route.example?.query, ...changes.query };
  const body = 'body' in changes ? changes.body : fresh(route.example?.body);
  return ask(instance, route, { params, query, body, key: changes.key ?? adminKey });
}

/** An example with names nobody has taken yet. */
function fresh(body: unknown): unknown {
  if (typeof body !== 'object' || body === null) return body;
  const mark = crypto.randomUUID().slice(0, 8);
  return {
    ...body,
    ...('slug' in body ? { slug: `slug-${mark}` } : {}),
    ...('email' in body ? { email: `${mark}@example.com` } : {}),
    ...('label' in body ? { label: mark } : {}),
  };
}

function exampleBody(route: Route): { readonly body?: unknown } {
  return route.example?.body === undefined ? {} : { body: route.example.body };
}

function workspaceQuery(route: Route, workspaceId: string): Record<string, string> {
  return route.workspaceIn === 'query' ? { workspace_id: workspaceId } : {};
}

function needsPermission({ access }: Route): boolean {
  return typeof access === 'object' || access === 'operator';
}

/** Keys that are each one thing short of what the route asks for. */
async function keysBelow(instance: StartedInstance, { access }: Route): Promise<readonly string[]> {
  if (typeof access !== 'object') return [await instance.keyWith({ role: 'OWNER', scopes: ['workspaces:write'] })];
  const other = scopes.find((scope) => scope !== access.scope) ?? 'tools:read';
  const below = roles[roles.indexOf(access.role) - 1];
  const narrow = await instance.keyWith({ role: 'OWNER', scopes: [other] });
  return below === undefined ? [narrow] : [narrow, await instance.keyWith({ role: below, scopes: [access.scope] })];
}

/** A body that is no JSON, for routes that take one. */
function unparsable(route: Route): { readonly body?: string } {
  return route.body === undefined ? {} : { body: '{"cut off' };
}

async function malformed(instance: StartedInstance, route: Route): Promise<readonly Changes[]> {
  const named = [...route.path.matchAll(/:(\w+)/g)].map(([, name = '']) => name);
  const good = named.length === 0 ? {} : { ...(await paramsFor(route, instance.home)), ...route.example?.params };
  const strange = named.flatMap((name) => {
    const params = { ...good, [name]: '%00/../' };
    return route.params?.safeParse(params).success === false ? [params] : [];
  });
  const isOurs = route.contract === undefined;
  return [
    ...strange.map((params) => ({ params })),
    ...(route.query?.safeParse({ limit: '0' }).success === false ? [{ query: { limit: '0' } }] : []),
    ...(route.workspaceIn === 'query' ? [{ query: { workspace_id: '' } }] : []),
    ...(route.query === undefined ? [] : [{ query: { zero: '\0' } }]),
    ...(route.body === undefined
      ? []
      : [unparsable(route), { body: ['no object'] }, { body: 'null' }, { body: withZero(route) }]),
    ...(isOurs && route.body !== undefined ? [{ body: { ...Object(route.example?.body), no_field_of_ours: 1 } }] : []),
  ];
}

/** A text that PostgreSQL cannot keep, where nothing looks for a text. */
function withZero(route: Route): unknown {
  return { ...Object(route.example?.body), deep: [{ zero: '\0' }] };
}

interface Records {
  readonly events: number;
  readonly calls: number;
}

/** What a request put on record; what the background did meanwhile is nobody's. */
async function recorded({ app }: StartedInstance): Promise<Records> {
  await app.calls.flush();
  const [events, calls] = await Promise.all([
    app.storage.rows.selectFrom('events').where('actor', '!=', 'system').select('id').execute(),
    app.storage.rows.selectFrom('calls').select('id').execute(),
  ]);
  return { events: events.length, calls: calls.length };
}

async function newRecords(instance: StartedInstance, before: Records): Promise<readonly string[]> {
  const now = await recorded(instance);
  const rows = await instance.app.storage.rows
    .selectFrom('events')
    .where('actor', '!=', 'system')
    .select('type')
    .orderBy('id', 'desc')
    .limit(now.events - before.events)
    .execute();
  return [...rows.map(({ type }) => type), ...Array.from({ length: now.calls - before.calls }, () => 'call')];
}
