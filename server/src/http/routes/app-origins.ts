import { z } from 'zod';
import { listOrigins } from '../../links/origins/app-origin-store.ts';
import { registerOrigin, removeOrigin } from '../../links/origins/register-origin.ts';
import { route, type Route } from '../route.ts';
import { appOriginItem, showOrigin } from '../shapes/app-origin.ts';
import { idOrSlug } from '../shapes/workspace.ts';

const path = '/api/v1/workspaces/:workspace/origins';
const tag = 'Connect links';
const params = z.object({ workspace: idOrSlug });
const write = { role: 'ADMIN', scope: 'workspaces:write' } as const;

const list = route({
  name: 'listAppOrigins',
  method: 'GET',
  path,
  summary:
    'The origins of the apps of the workspace: end users are sent back there alone, and pages there alone are told.',
  tag,
  access: { role: 'ADMIN', scope: 'workspaces:read' },
  workspaceIn: 'path',
  params,
  answers: { 200: z.object({ data: z.array(appOriginItem) }) },
  failures: [],
  audit: 'none',
  answer: async (ctx) => ({ status: 200, body: { data: (await listOrigins(ctx.db)).map(showOrigin) } }),
});

const register = route({
  name: 'registerAppOrigin',
  method: 'POST',
  path,
  summary: 'Registers an origin, exactly as browsers write it. One that is registered already is answered as it is.',
  tag,
  access: write,
  workspaceIn: 'path',
  params,
  body: z.strictObject({
    origin: z.string().min(1).max(300).describe('https://app.example; http for localhost alone.'),
  }),
  answers: { 200: appOriginItem, 201: appOriginItem },
  failures: [],
  audit: 'app_origin.registered',
  example: { body: { origin: 'https://app.example.com' } },
  answer: async (ctx, { body }) => {
    const { origin, isNew } = await registerOrigin(ctx, body.origin);
    return isNew ? { status: 201, body: showOrigin(origin) } : { status: 200, body: showOrigin(origin) };
  },
});

const remove = route({
  name: 'deleteAppOrigin',
  method: 'DELETE',
  path,
  summary: 'Forgets an origin: nobody is sent there any more, and nobody there is told.',
  tag,
  access: write,
  workspaceIn: 'path',
  params,
  query: z.strictObject({ origin: z.string().min(1).max(300) }),
  answers: { 204: null },
  failures: ['NOT_FOUND'],
  audit: 'app_origin.removed',
  example: { query: { origin: 'https://app.example.com' } },
  answer: async (ctx, { query }) => {
    await removeOrigin(ctx, query.origin);
    return { status: 204 };
  },
});

export const appOriginRoutes: readonly Route[] = [list, register, remove];
