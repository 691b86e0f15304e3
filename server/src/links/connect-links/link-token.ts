import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { sha256 } from '../../lib/digest.ts';
import type { Vault } from '../../vault/vault.ts';

type Deriving = Pick<Vault, 'derive'>;

/** Working out a key takes longer than a token. */
const keys = new WeakMap<Deriving, KeyObject>();

/**
 * The token of a link, 256 bits: worked out from its id with a key of the instance, so that a link which still waits to be
 * opened can be handed out again. The database holds its hash alone (S18).
 */
export function linkToken(vault: Deriving, id: string): string {
  const key = keys.get(vault) ?? createSecretKey(vault.derive('connect-links'));
  keys.set(vault, key);
  return createHmac('sha256', key).update(id).digest('base64url');
}

/** What the database knows a token by. */
export function hashOfToken(token: string): string {
  return sha256(token);
}

/** The address to open. */
export function linkAddress({ publicUrl }: { readonly publicUrl: string }, token: string): string {
  return `${publicUrl}/link/${token}`;
}
