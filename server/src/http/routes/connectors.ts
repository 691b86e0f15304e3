import { z } from 'zod';
import { findCrew } from '../../access/workspaces/crews.ts';
import type { Connector } from '../../catalog/connector.ts';
import { publicManifest } from '../../catalog/public-manifest.ts';
import { installConnector } from '../../connections/install-connector.ts';
import { verifyFields } from '../../connections/checking/verify-fields.ts';
import type { Context } from '../../context.ts';
import { Failure } from '../../errors.ts';
import { connectorsWithApp } from '../../oauth/apps/oauth-app-store.ts';
import { publicRoute, route, type Route } from '../route.ts';
import { connectorItem, showConnector } from '../shapes/connector.ts';

const tag = 'Connectors';
const read = { role: 'VIEWER', scope: 'connectors:read' } as const;
const manage = { role: 'MANAGER', scope: 'connections:write' } as const;
const params = z.object({ id: z.string().min(1).max(100) });
const fields = z.record(z.string(), z.unknown()).default({}).describe('Values of the form, by field key.');

function findConnector(ctx: Pick<Context, 'catalog'>, id: string): Connector {
  const connector = ctx.catalog.find(id);
  if (!connector) throw new Failure('NOT_FOUND', `There is no connector "${id}". GET /api/v1/connectors lists them.`);
  return connector;
}

/** The id of a crew that a body names, or NOT_FOUND. */
export async function knownCrew(ctx: Pick<Context, 'db'>, idOrSlug: string): Promise<string> {
  const crew = await findCrew(ctx.db, idOrSlug);
  if (!crew) throw new Failure('NOT_FOUND', `There is no crew "${idOrSlug}" in this workspace.`);
  return crew.id;
}

/** Marks are shown on pages of other origins, too. */
const shownAnywhere = { 'cache-control': 'public, max-age=86400', 'cross-origin-resource-policy': 'cross-origin' };

const list = route({
  name: 'listConnectors',
  method: 'GET',
  path: '/api/v1/connectors',
  summary: 'The catalog, in a stable order.',
  tag,
  contract: '001',
  access: read,
  query: z.object({
    q: z.string().max(100).optional().describe('Only connectors whose id, name or description has this text.'),
  }),
  answers: { 200: z.array(connectorItem) },
  failures: [],
  audit: 'none',
  endUsers: true,
  answer: async (ctx, { query }) => {
    const wanted = query.q?.toLowerCase() ?? '';
    const fits = ({ id, name, description }: Connector) =>
      `${id} ${name} ${description}`.toLowerCase().includes(wanted);
    const setup = { config: ctx.config, apps: await connectorsWithApp(ctx.db) };
    return {
      status: 200,
      body: ctx.catalog
        .list()
        .filter(fits)
        .map((connector) => showConnector(connector, setup)),
    };
  },
});

const get = route({
  name: 'getConnector',
  method: 'GET',
  path: '/api/v1/connectors/:id',
  summary: 'The whole manifest of a connector.',
  tag,
  contract: '001',
  access: read,
  params,
  answers: { 200: z.record(z.string(), z.unknown()) },
  failures: ['NOT_FOUND'],
  audit: 'none',
  endUsers: true,
  example: { params: { id: 'github' } },
  find: async (ctx, { params }) => findConnector(ctx, params.id),
  answer: async (ctx, { found }) => ({ status: 200, body: publicManifest(found, ctx.config.publicUrl) }),
});

const verify = route({
  name: 'verifyConnector',
  method: 'POST',
  path: '/api/v1/connectors/:id/verify',
  summary: 'Asks the provider whether submitted values work. Nothing is kept.',
  tag,
  contract: '001',
  access: manage,
  workspaceIn: 'query',
  params,
  body: z.object({ fields, auth_mode: z.string().optional() }),
  answers: { 200: z.object({ ok: z.boolean(), message: z.string() }) },
  failures: ['NOT_FOUND'],
  audit: 'none',
  example: { params: { id: 'everything' }, body: { fields: {} } },
  find: async (ctx, { params }) => findConnector(ctx, params.id),
  answer: async (ctx, { found, body }) => ({
    status: 200,
    body: await verifyFields(ctx, found, { fields: body.fields, authMode: body.auth_mode }),
  }),
});

const install = route({
  name: 'installConnector',
  method: 'POST',
  path: '/api/v1/connectors/:id/install',
  summary: 'Connects a connector for the workspace or one of its crews. The provider is asked in the background.',
  tag,
  contract: '001',
  access: manage,
  workspaceIn: 'query',
  params,
  body: z.object({
    crew_id: z.string().max(100).optional().describe('Id or slug; absent: for the whole workspace.'),
    name: z.string().trim().max(120).optional(),
    auth_mode: z.string().optional(),
    fields,
  }),
  answers: {
    201: z.object({
      integration_id: z.uuid(),
      next_step: z.enum(['', 'oauth', 'mcp_oauth']),
      oauth_url: z.string().exactOptional(),
    }),
  },
  failures: ['NOT_FOUND'],
  audit: 'connection.started',
  example: { params: { id: 'everything' }, body: { fields: { url: 'http://localhost:9/mcp' } } },
  find: async (ctx, { params }) => findConnector(ctx, params.id),
  answer: async (ctx, { found, body }) => {
    const crewId = body.crew_id === undefined ? undefined : await knownCrew(ctx, body.crew_id);
    const wish = { connector: found, crewId, name: body.name, authMode: body.auth_mode, fields: body.fields };
    const installed = await installConnector(ctx, wish);
    const next = installed.nextStep === 'oauth' ? { oauth_url: installed.oauthUrl } : {};
    return { status: 201, body: { integration_id: installed.connectionId, next_step: installed.nextStep, ...next } };
  },
});

const brand = publicRoute({
  name: 'getBrandMark',
  method: 'GET',
  path: '/brand/:file',
  summary: 'The brand mark of a connector, e.g. /brand/github.svg.',
  tag,
  params: z.object({ file: z.string().regex(/^[a-z0-9-]{1,40}\.svg$/) }),
  answers: { 200: z.string() },
  contentType: 'image/svg+xml; charset=utf-8',
  failures: ['NOT_FOUND'],
  audit: 'none',
  example: { params: { file: 'github.svg' } },
  answer: async (app, { params }) => {
    const connector = findConnector(app, params.file.slice(0, -'.svg'.length));
    const body = app.catalog.brandMark(connector.id) ?? '';
    return { status: 200, body, headers: shownAnywhere };
  },
});

export const connectorRoutes: readonly Route[] = [list, get, verify, install, brand];
