import { z } from 'zod';
import type { EndUser } from '../../access/end-users/end-user-store.ts';
import type { KeySet } from '../../access/end-users/signed/key-set-store.ts';
import type { UserToken } from '../../access/end-users/tokens/user-token-store.ts';

/** An end user beside what is theirs. */
export const endUserNamed = z.object({
  id: z.string().describe('As the app calls them.'),
  name: z.string().nullable(),
  email: z.string().nullable(),
});

export function showNamed({ externalId, name, email }: EndUser): z.output<typeof endUserNamed> {
  return { id: externalId, name, email };
}

/** A token of an end user, without the token. */
export const userTokenItem = z
  .object({
    id: z.uuid(),
    end_user: endUserNamed,
    connectors: z
      .array(z.string())
      .nullable()
      .describe('Of which connectors their own connections count; null: of all.'),
    connections: z.array(z.uuid()).describe('Connections of the workspace that are usable with it besides.'),
    agent: z.string().nullable(),
    metadata: z.record(z.string(), z.string()),
    created_by: z.string(),
    created_at: z.iso.datetime(),
    expires_at: z.iso.datetime(),
  })
  .meta({ id: 'UserToken' });

/** The answer that shows a token, once. */
export const mintedUserToken = z.object({
  id: z.uuid(),
  token: z.string().describe('Shown once. Hand it to whoever acts for this end user, and to nobody else.'),
  expires_at: z.iso.datetime(),
  end_user: endUserNamed,
});

export function showUserToken(token: UserToken): z.output<typeof userTokenItem> {
  return {
    id: token.id,
    end_user: showNamed(token.endUser),
    connectors: token.connectors === undefined ? null : [...token.connectors],
    connections: [...token.connections],
    agent: token.agent,
    metadata: { ...token.metadata },
    created_by: token.createdBy,
    created_at: token.createdAt,
    expires_at: token.expiresAt,
  };
}

/** The public keys an app signs with. */
export const keySetItem = z
  .object({
    id: z.uuid().describe('What signed tokens name as their issuer (`iss`).'),
    name: z.string(),
    jwks: z.object({
      keys: z.array(
        z.object({
          kid: z.string(),
          alg: z.enum(['EdDSA', 'ES256', 'RS256']).describe('The one algorithm it counts with.'),
          kty: z.string(),
          crv: z.string().optional(),
          x: z.string().optional(),
          y: z.string().optional(),
          n: z.string().optional(),
          e: z.string().optional(),
        }),
      ),
    }),
    connections: z.array(z.uuid()).describe('Connections of the workspace that tokens may name at most.'),
    created_by: z.string(),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .meta({ id: 'KeySet' });

export function showKeySet(set: KeySet): z.output<typeof keySetItem> {
  return {
    id: set.id,
    name: set.name,
    jwks: { keys: set.keys.map((key) => ({ ...key })) },
    connections: [...set.connections],
    created_by: set.createdBy,
    created_at: set.createdAt,
    updated_at: set.updatedAt,
  };
}
