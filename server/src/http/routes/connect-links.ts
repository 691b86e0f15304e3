import { z } from 'zod';
import { linkPurposes, linkStatuses } from '../../links/connect-links/connect-link.ts';
import { revokeConnectLink, seeConnectLink } from '../../links/connect-links/end-connect-link.ts';
import { listConnectLinks, withEndUser } from '../../links/connect-links/list-connect-links.ts';
import { requestConnectLink, requireLinkMaker } from '../../links/connect-links/making/request-connect-link.ts';
import { route, type Route } from '../route.ts';
import { connectLinkItem, connectLinkWish, madeConnectLink, showConnectLink } from '../shapes/connect-link.ts';
import { listOf, pageQuery, showPage } from '../shapes/list.ts';

const tag = 'Connect links';
const params = z.object({ id: z.uuid().toLowerCase() });

const create = route({
  name: 'createConnectLink',
  method: 'POST',
  path: '/api/v1/connect-links',
  summary:
    'Makes a link with which an end user of an app connects an account. Its address is shown once, and opens once.',
  tag,
  access: 'caller',
  endUsers: true,
  body: connectLinkWish,
  answers: { 201: madeConnectLink },
  failures: ['NOT_FOUND'],
  audit: 'connect_link.created',
  showsSecretOnce: '/id',
  example: { body: { connectors: ['github'], end_user: { id: 'u_1', name: 'Ada' } } },
  answer: async (ctx, { body }) => {
    const { end_user: endUser, connection_id: connectionId, expires_in, return_url: returnUrl, ...rest } = body;
    const wish = { ...rest, endUser, connectionId, expiresInSeconds: expires_in, returnUrl };
    const { id, url, expiresAt } = await requestConnectLink(ctx, wish);
    return { status: 201, body: { id, url, expires_at: expiresAt } };
  },
});

const list = route({
  name: 'listConnectLinks',
  method: 'GET',
  path: '/api/v1/connect-links',
  summary: 'Links, newest first, with what came of them; never their addresses.',
  tag,
  access: 'caller',
  endUsers: true,
  query: pageQuery.extend({
    end_user: z.string().min(1).max(200).optional().describe('As your app calls them.'),
    connection_id: z.uuid().toLowerCase().optional(),
    purpose: z.enum(linkPurposes).optional(),
    status: z.enum(linkStatuses).optional(),
  }),
  answers: { 200: listOf(connectLinkItem) },
  failures: [],
  audit: 'none',
  answer: async (ctx, { query: { end_user: endUser, connection_id: connectionId, ...query } }) => {
    requireLinkMaker(ctx.caller);
    const page = await listConnectLinks(ctx, { ...query, endUser, connectionId });
    return { status: 200, body: showPage(page, (listed) => showConnectLink(listed, ctx.clock)) };
  },
});

const get = route({
  name: 'getConnectLink',
  method: 'GET',
  path: '/api/v1/connect-links/:id',
  summary: 'Where a link stands, and the connection that came of it.',
  tag,
  access: 'caller',
  endUsers: true,
  params,
  answers: { 200: connectLinkItem },
  failures: ['NOT_FOUND'],
  audit: 'none',
  answer: async (ctx, { params: { id } }) => {
    requireLinkMaker(ctx.caller);
    const link = await seeConnectLink(ctx, id);
    return { status: 200, body: showConnectLink(await withEndUser(ctx, link), ctx.clock) };
  },
});

const revoke = route({
  name: 'revokeConnectLink',
  method: 'DELETE',
  path: '/api/v1/connect-links/:id',
  summary: 'Ends a link at once, and what it opened.',
  tag,
  access: 'caller',
  endUsers: true,
  params,
  answers: { 204: null },
  failures: ['NOT_FOUND', 'CONFLICT'],
  audit: 'connect_link.revoked',
  answer: async (ctx, { params: { id } }) => {
    requireLinkMaker(ctx.caller);
    await revokeConnectLink(ctx, id);
    return { status: 204 };
  },
});

export const connectLinkRoutes: readonly Route[] = [create, list, get, revoke];
