import { z } from 'zod';
import type { Connector } from '../../catalog/connector.ts';
import { takesBrowser } from '../../connections/values/availability.ts';
import type { Context } from '../../context.ts';
import { Failure } from '../../errors.ts';
import { Secret } from '../../lib/secret.ts';
import { type AppInForce, appInForce, appsInForce } from '../../oauth/apps/apps-in-force.ts';
import { findApp } from '../../oauth/apps/oauth-app-store.ts';
import { noSuchApp, removeOauthApp, setOauthApp } from '../../oauth/apps/set-app.ts';
import { pageByKey } from '../../tools/operations/page-by-key.ts';
import { route, type Route } from '../route.ts';
import { listOf, pageQuery, showPage } from '../shapes/list.ts';
import { oauthAppInput, oauthAppItem, showOauthApp } from '../shapes/oauth-app.ts';

const path = '/api/v1/oauth-apps/:connector';
const tag = 'OAuth apps';
const read = { role: 'ADMIN', scope: 'connections:read' } as const;
const write = { role: 'ADMIN', scope: 'connections:write' } as const;
const params = z.object({ connector: z.string().regex(/^[a-z0-9-]{1,40}$/, 'must be the id of a connector') });

const list = route({
  name: 'listOauthApps',
  method: 'GET',
  path: '/api/v1/oauth-apps',
  summary:
    'The OAuth apps that people of this workspace sign in with, by connector: its own and those of the installation.',
  tag,
  access: read,
  query: pageQuery,
  answers: { 200: listOf(oauthAppItem) },
  failures: [],
  audit: 'none',
  answer: async (ctx, { query }) => {
    const page = pageByKey(await appsInForce(ctx), query, ({ connectorId }) => connectorId);
    return { status: 200, body: showPage(page, (app) => show(ctx, app)) };
  },
});

const set = route({
  name: 'setOauthApp',
  method: 'PUT',
  path,
  summary:
    'Sets the OAuth app that people of this workspace sign in to a connector with, before that of the installation. Takes a person, or a key with the scope admin.',
  tag,
  access: write,
  params,
  body: oauthAppInput,
  answers: { 200: oauthAppItem },
  failures: ['NOT_FOUND', 'CONFLICT'],
  audit: 'oauth_app.set',
  example: {
    params: { connector: 'google-calendar' },
    body: { client_id: '1234567890-abc.apps.googleusercontent.com', client_secret: 'the-secret-of-the-app' },
  },
  find: async (ctx, { params }) => connectorWithApps(ctx, params.connector),
  answer: async (ctx, { found, body }) => {
    const clientSecret = body.client_secret === undefined ? undefined : new Secret(body.client_secret);
    await setOauthApp(ctx, found, { clientId: body.client_id, clientSecret, fields: body.fields });
    return { status: 200, body: show(ctx, await appInForce(ctx, found.id)) };
  },
});

const get = route({
  name: 'getOauthApp',
  method: 'GET',
  path,
  summary: 'The OAuth app that counts for a connector, or what is needed to make one: its redirect URL and where.',
  tag,
  access: read,
  params,
  answers: { 200: oauthAppItem },
  failures: ['NOT_FOUND'],
  audit: 'none',
  find: async (ctx, { params }) => connectorWithApps(ctx, params.connector),
  answer: async (ctx, { found }) => ({ status: 200, body: show(ctx, await appInForce(ctx, found.id)) }),
});

const remove = route({
  name: 'removeOauthApp',
  method: 'DELETE',
  path,
  summary:
    "Deletes the workspace's OAuth app for a connector; that of the installation counts again. Takes a person, or a key with the scope admin.",
  tag,
  access: write,
  params,
  answers: { 204: null },
  failures: ['NOT_FOUND'],
  audit: 'oauth_app.removed',
  find: async (ctx, { params }) => {
    if ((await findApp(ctx.db, params.connector)) === undefined) throw noSuchApp(params.connector);
  },
  answer: async (ctx, { params }) => {
    await removeOauthApp(ctx, params.connector);
    return { status: 204 };
  },
});

/** A connector that people sign in to through a browser. */
function connectorWithApps({ catalog }: Pick<Context, 'catalog'>, id: string): Connector {
  const connector = catalog.find(id);
  if (connector?.auth_modes.some(takesBrowser)) return connector;
  const why = connector === undefined ? `There is no connector "${id}".` : `${connector.name} has no OAuth app.`;
  throw new Failure('NOT_FOUND', `${why} GET /api/v1/connectors lists those whose auth_mode is an OAuth one.`);
}

function show({ catalog, config }: Pick<Context, 'catalog' | 'config'>, app: AppInForce) {
  return showOauthApp(app, { connector: catalog.find(app.connectorId), config });
}

export const oauthAppRoutes: readonly Route[] = [list, set, get, remove];
