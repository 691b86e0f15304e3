import { z } from 'zod';
import { roles } from '../../access/caller.ts';
import { cancelInvitation, createInvitation, listInvitations } from '../../access/workspaces/people/invitations.ts';
import { acceptInvitation, readInvitation } from '../../access/workspaces/people/accept-invitation.ts';
import { identityRoute, publicRoute, route, type Route } from '../route.ts';
import { listOf, pageQuery, showPage } from '../shapes/list.ts';
import { idOrSlug, invitationItem, nameInput, passwordInput, showInvitation } from '../shapes/workspace.ts';

const tag = 'Invitations';
const invitationToken = z.string().min(1).max(200);
const joined = z.object({ user_id: z.uuid(), workspace_id: z.uuid() });
const showJoined = (accepted: { readonly userId: string; readonly workspaceId: string }) => ({
  user_id: accepted.userId,
  workspace_id: accepted.workspaceId,
});
const write = { role: 'ADMIN', scope: 'members:write' } as const;

const list = route({
  name: 'listInvitations',
  method: 'GET',
  path: '/api/v1/invitations',
  summary: 'The invitations nobody has accepted yet, newest first.',
  tag,
  access: { role: 'ADMIN', scope: 'members:read' },
  query: pageQuery,
  answers: { 200: listOf(invitationItem) },
  failures: [],
  audit: 'none',
  answer: async (ctx, { query }) => ({
    status: 200,
    body: showPage(await listInvitations(ctx.db, query), showInvitation),
  }),
});

const create = route({
  name: 'createInvitation',
  method: 'POST',
  path: '/api/v1/invitations',
  summary: 'Invites somebody for a week. The link is shown once.',
  tag,
  access: write,
  body: z.strictObject({ email: z.email().max(254), role: z.enum(roles), crew: idOrSlug.optional() }),
  answers: {
    201: z.object({ invitation: invitationItem, url: z.string().describe('Shown once. Send it to the person.') }),
  },
  failures: ['NOT_FOUND', 'CONFLICT'],
  audit: 'invitation.created',
  showsSecretOnce: '/invitation/id',
  example: { body: { email: 'somebody@example.com', role: 'MEMBER' } },
  answer: async (ctx, { body }) => {
    const { invitation, token } = await createInvitation(ctx, body);
    const url = `${ctx.config.publicUrl}/join#${token.reveal()}`;
    return { status: 201, body: { invitation: showInvitation(invitation), url } };
  },
});

const cancel = route({
  name: 'cancelInvitation',
  method: 'DELETE',
  path: '/api/v1/invitations/:id',
  summary: 'Takes an invitation back: its link no longer works.',
  tag,
  access: write,
  params: z.object({ id: z.uuid() }),
  answers: { 204: null },
  failures: ['NOT_FOUND'],
  audit: 'invitation.cancelled',
  answer: async (ctx, { params }) => {
    await cancelInvitation(ctx, params.id);
    return { status: 204 };
  },
});

const open = publicRoute({
  name: 'openInvitation',
  method: 'POST',
  path: '/api/v1/invitations/open',
  summary: 'What the page behind an invitation’s link shows; the token in the body is what opens it.',
  tag,
  body: z.strictObject({ token: invitationToken }),
  answers: {
    200: z.object({ workspace: z.string(), email: z.string(), role: z.enum(roles), expires_at: z.iso.datetime() }),
  },
  failures: ['NOT_FOUND'],
  audit: 'none',
  answer: async (app, { body }) => {
    const { workspace, email, role, expiresAt } = await readInvitation(app, body.token);
    return { status: 200, body: { workspace, email, role, expires_at: expiresAt } };
  },
});

const accept = publicRoute({
  name: 'acceptInvitation',
  method: 'POST',
  path: '/api/v1/invitations/accept',
  summary: 'Joins a workspace with the token of an invitation, choosing a name and a password.',
  tag,
  body: z.strictObject({ token: invitationToken, name: nameInput, password: passwordInput }),
  answers: { 201: joined },
  failures: ['NOT_FOUND', 'CONFLICT'],
  audit: 'invitation.accepted',
  answer: async (app, { body }) => ({ status: 201, body: showJoined(await acceptInvitation(app, body)) }),
});

const acceptAsMe = identityRoute({
  name: 'acceptInvitationAsMe',
  method: 'POST',
  path: '/api/v1/me/invitations',
  summary: 'Joins a workspace with the token of an invitation, as who is signed in.',
  tag,
  body: z.strictObject({ token: invitationToken }),
  answers: { 201: joined },
  failures: ['NOT_FOUND', 'CONFLICT'],
  audit: 'invitation.accepted',
  answer: async (app, { identity, body }) => {
    const accepted = await acceptInvitation(app, { token: body.token, userId: identity.userId });
    return { status: 201, body: showJoined(accepted) };
  },
});

export const invitationRoutes: readonly Route[] = [list, create, cancel, open, accept, acceptAsMe];
