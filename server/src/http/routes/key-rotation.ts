import { z } from 'zod';
import { actorOf } from '../../events/append-event.ts';
import { route, type Route } from '../route.ts';
import { keysState, showKeysState } from '../shapes/key-rotation.ts';

const tag = 'Keys of the instance';
const path = '/api/v1/keys/rotation';

const get = route({
  name: 'getKeyRotation',
  method: 'GET',
  path,
  summary: 'Which master key is in use, and how far rotating the keys is.',
  tag,
  access: 'operator',
  answers: { 200: keysState },
  failures: [],
  audit: 'none',
  answer: async ({ keyRotation }) => ({ status: 200, body: showKeysState(await keyRotation.state()) }),
});

const begin = route({
  name: 'rotateKeys',
  method: 'POST',
  path,
  summary:
    'Puts the newest master key in use, wraps every data key by it, and seals everything anew in the background under new data keys. Everything goes on meanwhile; one rotation at a time.',
  tag,
  access: 'operator',
  body: z.strictObject({
    keep_master_key: z.boolean().default(false).describe('Make new data keys alone, under the master key in use.'),
  }),
  answers: { 202: keysState },
  failures: ['CONFLICT'],
  audit: 'keys.rotation_begun',
  example: { body: { keep_master_key: true } },
  answer: async (ctx, { body }) => {
    const { keyRotation, caller } = ctx;
    const wish = { actor: actorOf(caller), workspaceId: caller.workspaceId };
    await keyRotation.begin({ ...wish, keepsMasterKey: body.keep_master_key });
    return { status: 202, body: showKeysState(await keyRotation.state()) };
  },
});

export const keyRotationRoutes: readonly Route[] = [get, begin];
