import { z } from 'zod';
import { keyKinds, roles, scopes, type Caller } from '../../access/caller.ts';
import { setOwnerSignIn } from '../../access/workspaces/people/owner-sign-in.ts';
import { listWorkspaces } from '../../access/workspaces/workspaces.ts';
import { findEndUsers } from '../../access/end-users/end-user-store.ts';
import type { App } from '../../context.ts';
import { Failure } from '../../errors.ts';
import { findPerson } from '../../access/workspaces/people/person-store.ts';
import { identityRoute, route, type Asking, type Route } from '../route.ts';
import { endUserNamed, showNamed } from '../shapes/user-token.ts';
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
  summary:
    'Who is asking: the person or end user, their workspaces, and what this credential may do in the one asked for.',
  tag: 'Me',
  answers: {
    200: z.object({
      person: personItem.nullable().describe('null for the token of an end user, who is no member.'),
      end_user: endUserNamed.nullable().describe('For whom an app lets this token act.'),
      via: z.enum(['session', 'key', 'jwt', 'user_token']),
      principal: z.string(),
      workspaces: z.array(workspaceItem),
      caller: callerItem.nullable().describe('null where no workspace is named and there are several.'),
    }),
  },
  failures: [],
  audit: 'none',
  endUsers: true,
  answer: async (app, asking) => {
    const { via, principal, userId } = asking.identity;
    const caller = await callerIfClear(app, asking);
    const [who, { items }] = await Promise.all([
      whoAsks(app, asking, caller),
      listWorkspaces(
        app.storage,
        { userId, workspaceId: via === 'key' ? caller?.workspaceId : undefined },
        { limit: 100 },
      ),
    ]);
    const workspaces = items.map(showWorkspace);
    return {
      status: 200,
      body: { ...who, via, principal, workspaces, caller: caller === undefined ? null : showCaller(caller) },
    };
  },
});

/** The person behind the credential, or the end user it acts for. Throws UNAUTHORIZED where they are gone. */
async function whoAsks({ storage }: App, { identity: { userId } }: Asking, caller: Caller | undefined) {
  if (caller?.endUser) {
    const endUser = (await findEndUsers(storage.workspace(caller.workspaceId), [userId])).get(userId);
    if (endUser) return { person: null, end_user: showNamed(endUser) };
  }
  const person = await findPerson(storage, userId);
  if (person) return { person, end_user: null };
  throw new Failure('UNAUTHORIZED', 'Whoever is behind this credential no longer exists.');
}

/** The caller in the workspace asked for, or in the only one; `undefined` where nobody said which of several. */
async function callerIfClear({ access }: App, { identity, wish }: Asking): Promise<Caller | undefined> {
  if (wish.named !== undefined || identity.via === 'key' || identity.via === 'user_token')
    return access.enter(identity, wish);
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
