import { z } from 'zod';
import { pageOfKeySets } from '../../access/end-users/signed/key-set-store.ts';
import type { Context } from '../../context.ts';
import { editKeySet, registerKeySet, revokeKeySet, seeKeySet } from '../../links/user-tokens/key-sets.ts';
import { route, type Route } from '../route.ts';
import { listOf, pageQuery, showPage } from '../shapes/list.ts';
import { keySetItem, showKeySet } from '../shapes/user-token.ts';
import { nameInput } from '../shapes/workspace.ts';

const tag = 'User tokens';
const path = '/api/v1/user-tokens/key-sets';
const access = { role: 'ADMIN', scope: 'user_tokens:write' } as const;
const params = z.object({ id: z.uuid().toLowerCase() });

const jwks = z
  .strictObject({ keys: z.array(z.record(z.string().max(100), z.unknown())).max(100) })
  .describe('1 to 10 public keys (RFC 7517), each with a kid: Ed25519, P-256, or RSA of 2048 bits and more.');
const connections = z
  .array(z.uuid().toLowerCase())
  .max(100)
  .describe('Connections of the workspace or of your crews that its tokens may name at most. Default: none.');

const find = (ctx: Context, named: { readonly params: { readonly id: string } }) => seeKeySet(ctx, named.params.id);

const list = route({
  name: 'listKeySets',
  method: 'GET',
  path,
  summary: 'The public keys whose signatures count for end users, newest first.',
  tag,
  access,
  query: pageQuery,
  answers: { 200: listOf(keySetItem) },
  failures: [],
  audit: 'none',
  answer: async ({ db }, { query }) => ({ status: 200, body: showPage(await pageOfKeySets(db, query), showKeySet) }),
});

const create = route({
  name: 'registerKeySet',
  method: 'POST',
  path,
  summary:
    'Registers public keys: what an app signs with them counts as its end users’ tokens and links. Takes a person.',
  tag,
  access,
  body: z.strictObject({ name: nameInput, jwks, connections: connections.optional() }),
  answers: { 201: keySetItem },
  failures: ['CONFLICT'],
  audit: 'key_set.registered',
  example: {
    body: {
      name: 'Backend of the shop',
      jwks: {
        keys: [{ kty: 'OKP', crv: 'Ed25519', kid: '2030-01', x: 'kQwU6K4oUc2TQ1Sv5BAqHyVWHy4rVh5E3GEvNT6Hrlo' }],
      },
    },
  },
  answer: async (ctx, { body }) => ({ status: 201, body: showKeySet(await registerKeySet(ctx, body)) }),
});

const get = route({
  name: 'getKeySet',
  method: 'GET',
  path: `${path}/:id`,
  summary: 'One set of public keys.',
  tag,
  access,
  params,
  answers: { 200: keySetItem },
  failures: ['NOT_FOUND'],
  audit: 'none',
  answer: async (ctx, named) => ({ status: 200, body: showKeySet(await find(ctx, named)) }),
});

const edit = route({
  name: 'editKeySet',
  method: 'PATCH',
  path: `${path}/:id`,
  summary:
    'Replaces its name, its keys or what it may name. What a key signed that is gone counts no longer. Takes a person.',
  tag,
  access,
  params,
  body: z.strictObject({ name: nameInput, jwks, connections }).partial(),
  answers: { 200: keySetItem },
  failures: ['NOT_FOUND'],
  audit: 'key_set.changed',
  example: { body: { name: 'Backend of the other shop' } },
  find,
  answer: async (ctx, { found, body }) => ({ status: 200, body: showKeySet(await editKeySet(ctx, found, body)) }),
});

const remove = route({
  name: 'revokeKeySet',
  method: 'DELETE',
  path: `${path}/:id`,
  summary: 'Ends a set of keys and everything they signed, on every replica within a second.',
  tag,
  access,
  params,
  answers: { 204: null },
  failures: ['NOT_FOUND'],
  audit: 'key_set.revoked',
  answer: async (ctx, named) => {
    await revokeKeySet(ctx, await find(ctx, named));
    return { status: 204 };
  },
});

export const keySetRoutes: readonly Route[] = [list, create, get, edit, remove];
