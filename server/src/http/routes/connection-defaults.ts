import { z } from 'zod';
import { type DefaultHolder, defaultsOf } from '../../connections/defaults/connection-defaults.ts';
import { ownKey, setKeyDefault, setOwnDefault } from '../../connections/defaults/set-default.ts';
import type { Context } from '../../context.ts';
import { route, type Route } from '../route.ts';
import { connectionDefaults, defaultInput, showDefaults } from '../shapes/connection-default.ts';

const answers = { 200: z.object({ connection_defaults: connectionDefaults }) } as const;
const path = '/api/v1/me/connection-defaults';
const example = { body: { connector: 'github', connection_id: null } } as const;

const getOwn = route({
  name: 'getConnectionDefaults',
  method: 'GET',
  path,
  summary: 'Which of your connections a connector’s name alone means.',
  tag: 'Me',
  access: { role: 'VIEWER', scope: 'connections:read' },
  answers,
  failures: [],
  audit: 'none',
  answer: async (ctx) => ({ status: 200, body: await shown(ctx, ctx.caller.userId, { user: ctx.caller.userId }) }),
});

const setOwn = route({
  name: 'setConnectionDefault',
  method: 'PUT',
  path,
  summary:
    'Sets which of your connections a connector’s name alone means. Takes a person, or a key with the scope admin.',
  tag: 'Me',
  access: { role: 'MEMBER', scope: 'connections:write' },
  body: defaultInput,
  answers,
  failures: [],
  audit: 'connection_default.set',
  example,
  answer: async (ctx, { body }) => {
    await setOwnDefault(ctx, { connectorId: body.connector, connectionId: body.connection_id });
    return { status: 200, body: await shown(ctx, ctx.caller.userId, { user: ctx.caller.userId }) };
  },
});

const setOfKey = route({
  name: 'setKeyConnectionDefault',
  method: 'PUT',
  path: '/api/v1/api-keys/:id/connection-defaults',
  summary: 'Sets which connection a connector’s name alone means to a key. It counts before that of the key’s person.',
  tag: 'API keys',
  access: { role: 'VIEWER', scope: 'keys:write' },
  params: z.object({ id: z.uuid().toLowerCase() }),
  body: defaultInput,
  answers,
  failures: ['NOT_FOUND'],
  audit: 'connection_default.set',
  example,
  find: (ctx, { params }) => ownKey(ctx, params.id),
  answer: async (ctx, { found, body }) => {
    await setKeyDefault(ctx, found, { connectorId: body.connector, connectionId: body.connection_id });
    return { status: 200, body: await shown(ctx, found.id, { key: found.id }) };
  },
});

async function shown(ctx: Pick<Context, 'db'>, id: string, holder: DefaultHolder) {
  return { connection_defaults: showDefaults((await defaultsOf(ctx.db, [holder])).get(id)) };
}

export const connectionDefaultRoutes: readonly Route[] = [getOwn, setOwn, setOfKey];
