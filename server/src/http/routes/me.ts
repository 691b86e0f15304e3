import { z } from 'zod';
import { keyKinds, roles, scopes, type Caller } from '../../access/caller.ts';
import { setOwnerSignIn } from '../../access/workspaces/people/owner-sign-in.ts';
import { listWorkspaces } from '../../access/workspaces/workspaces.ts';
import type { App } from '../../context.ts';
import { Failure } from '../../errors.ts';
import { findPerson } from '../../access/workspaces/people/person-store.ts';
import { identityRoute, route, type Asking, type Route } from '../route.ts';
import { nameInput, passwordInput, personItem, showWorkspace, workspaceItem } from '../shapes/workspace.ts';

const callerItem = z.object({
  workspace_id: z.uuid(),
  role: z.enum(roles),
  scopes: z.array(z.enum(scopes)),
  crew_ids: z.array(z.uuid()),
  operator: z.boolean(),
  key: z.object({ id: z.uuid(), kind: z.enum(keyKinds) }).nullable(),
});

const me = identityRoute({
  name: 'getMe',
  method: 'GET',
  path: '/api/v1/me',
  summary: 'Who is asking: the person, their workspaces, and what this credential may do in the one asked for.',
  tag: 'Me',
  answers: {
    200: z.object({
      person: personItem,
      via: z.enum(['session', 'key', 'jwt', 'user_token']),
      principal: z.string(),
      workspaces: z.array(workspaceItem),
      caller: callerItem.nullable().describe('null where no workspace is named and there are several.'),
    }),
  },
  failures: [],
  audit: 'none',
  answer: async (app, asking) => {
    const { identity } = asking;
    const caller = await callerIfClear(app, asking);
    const workspaceId = identity.via === 'key' ? caller?.workspaceId : undefined;
    const [person, { items }] = await Promise.all([
      findPerson(app.storage, identity.userId),
      listWorkspaces(app.storage, { userId: identity.userId, workspaceId }, { limit: 100 }),
    ]);
    if (person === undefined) throw new Failure('UNAUTHORIZED', 'The person behind this credential no longer exists.');
    const { via, principal } = identity;
    const workspaces = items.map(showWorkspace);
    return {
      status: 200,
      body: { person, via, principal, workspaces, caller: caller === undefined ? null : showCaller(caller) },
    };
  },
});

/** The caller in the workspace asked for, or in the only one; `undefined` where nobody said which of several. */
async function callerIfClear({ access }: App, { identity, wish }: Asking): Promise<Caller | undefined> {
  if (wish.named !== undefined || identity.via === 'key') return access.enter(identity, wish);
  return access.enter(identity, wish).catch((error: unknown) => {
    if (error instanceof Failure && error.status < 500) return undefined;
    throw error;
  });
}

function showCaller({ workspaceId, role, scopes: granted, crews, operator, key }: Caller): z.output<typeof callerItem> {
  return {
    workspace_id: workspaceId,
    role,
    scopes: [...granted],
    crew_ids: [...crews],
    operator,
    key: key === undefined ? null : { id: key.id, kind: key.kind },
  };
}

const signIn = route({
  name: 'setOwnerSignIn',
  method: 'PUT',
  path: '/api/v1/me/sign-in',
  summary: 'Sets e-mail and password of the first owner; takes the first admin key.',
  tag: 'Me',
  access: 'operator',
  body: z.strictObject({ email: z.email().max(254), password: passwordInput, name: nameInput.optional() }),
  answers: { 204: null },
  failures: ['CONFLICT'],
  audit: 'person.sign_in_set',
  example: { body: { email: 'owner@example.com', password: 'correct horse battery staple' } },
  answer: async (ctx, { body }) => {
    await setOwnerSignIn(ctx, body);
    return { status: 204 };
  },
});

export const meRoutes: readonly Route[] = [me, signIn];
