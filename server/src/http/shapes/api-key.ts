import { z } from 'zod';
import { keyKinds, roles, scopes } from '../../access/caller.ts';
import type { ApiKey } from '../../access/keys/api-key-store.ts';
import type { ConnectionDefault } from '../../connections/defaults/connection-defaults.ts';
import { connectionDefaults, showDefaults } from './connection-default.ts';

/** An API key, without the key. */
export const apiKeyItem = z
  .object({
    id: z.uuid(),
    name: z.string(),
    prefix: z.string().describe('How the key begins.'),
    kind: z.enum(keyKinds),
    role: z.enum(roles),
    scopes: z.array(z.enum(scopes)),
    user_id: z.uuid().describe('The person it acts for.'),
    connection_defaults: connectionDefaults,
    created_by: z.string(),
    created_at: z.iso.datetime(),
    expires_at: z.iso.datetime().nullable(),
    last_used_at: z.iso.datetime().nullable(),
  })
  .meta({ id: 'ApiKey' });

/** The answer that shows a key, once. */
export const mintedKey = z.object({ api_key: apiKeyItem, key: z.string().describe('Shown once. Keep it safe.') });

export function showApiKey(key: ApiKey, defaults?: readonly ConnectionDefault[]): z.output<typeof apiKeyItem> {
  return {
    id: key.id,
    name: key.name,
    prefix: key.prefix,
    kind: key.kind,
    role: key.role,
    scopes: [...key.scopes],
    user_id: key.userId,
    connection_defaults: showDefaults(defaults),
    created_by: key.createdBy,
    created_at: key.createdAt,
    expires_at: key.expiresAt,
    last_used_at: key.lastUsedAt,
  };
}
