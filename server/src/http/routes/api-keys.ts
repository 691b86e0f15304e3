import { z } from 'zod';
import { keyKinds, roles, scopes } from '../../access/caller.ts';
import { listKeys, mintKey, revokeKey } from '../../access/keys/api-keys.ts';
import { defaultsOf } from '../../connections/defaults/connection-defaults.ts';
import { setKeyDefaultIn } from '../../connections/defaults/set-default.ts';
import { route, type Route } from '../route.ts';
import { apiKeyItem, mintedKey, showApiKey } from '../shapes/api-key.ts';
import { connectionDefaults } from '../shapes/connection-default.ts';
import { listOf, pageQuery, showPage } from '../shapes/list.ts';
import { nameInput } from '../shapes/workspace.ts';

const tag = 'API keys';
const write = { role: 'VIEWER', scope: 'keys:write' } as const;

const list = route({
  name: 'listApiKeys',
  method: 'GET',
  path: '/api/v1/api-keys',
  summary: 'The keys in force, newest first: one’s own, for ADMIN and above everybody’s.',
  tag,
  access: { role: 'VIEWER', scope: 'keys:read' },
  query: pageQuery,
  answers: { 200: listOf(apiKeyItem) },
  failures: [],
  audit: 'none',
  answer: async (ctx, { query }) => {
    const page = await listKeys(ctx, query);
    const defaults = await defaultsOf(
      ctx.db,
      page.items.map(({ id }) => ({ key: id })),
    );
    return { status: 200, body: showPage(page, (key) => showApiKey(key, defaults.get(key.id))) };
  },
});

const create = route({
  name: 'createApiKey',
  method: 'POST',
  path: '/api/v1/api-keys',
  summary: 'Makes a key that acts for the caller, never above them. The key is shown once.',
  tag,
  access: write,
  body: z.strictObject({
    name: nameInput,
    kind: z.enum(keyKinds).default('agent'),
    role: z.enum(roles).optional().describe('Default: by kind, never above your own.'),
    scopes: z.array(z.enum(scopes)).max(scopes.length).optional().describe('Default: by kind.'),
    expires_at: z.iso.datetime({ offset: true }).optional().describe('Default: never.'),
    connection_defaults: connectionDefaults
      .refine((map) => Object.keys(map).length <= 100, 'at most 100 connectors')
      .optional(),
  }),
  answers: { 201: mintedKey },
  failures: [],
  audit: 'api_key.created',
  showsSecretOnce: '/api_key/id',
  example: { body: { name: 'Claude on my laptop', kind: 'agent' } },
  answer: async (ctx, { body: { expires_at: expiresAt, connection_defaults: wanted = {}, ...wish } }) => {
    const { key, secret } = await mintKey(ctx, { ...wish, expiresAt }, async (trx, made) => {
      for (const [connectorId, connectionId] of Object.entries(wanted))
        await setKeyDefaultIn(trx, ctx, { key: made, wish: { connectorId, connectionId } });
    });
    const defaults = (await defaultsOf(ctx.db, [{ key: key.id }])).get(key.id);
    return { status: 201, body: { api_key: showApiKey(key, defaults), key: secret.reveal() } };
  },
});

const revoke = route({
  name: 'revokeApiKey',
  method: 'DELETE',
  path: '/api/v1/api-keys/:id',
  summary: 'Ends a key at once: one’s own, or for ADMIN and above anybody’s.',
  tag,
  access: write,
  params: z.object({ id: z.uuid() }),
  answers: { 204: null },
  failures: ['NOT_FOUND', 'CONFLICT'],
  audit: 'api_key.revoked',
  answer: async (ctx, { params }) => {
    await revokeKey(ctx, params.id);
    return { status: 204 };
  },
});

export const apiKeyRoutes: readonly Route[] = [list, create, revoke];
