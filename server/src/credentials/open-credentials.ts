import { z } from 'zod';
import { originOf } from '../catalog/origins.ts';
import { parseJson } from '../lib/json.ts';
import { Secret } from '../lib/secret.ts';
import type { WorkspaceRows } from '../storage/storage.ts';
import type { Vault } from '../vault/vault.ts';
import { listCredentials, listCredentialsOf, type SealedCredential } from './credential-store.ts';
import { type Credentials, slotOf } from './seal-credentials.ts';

/** What opening needs of the app and the request. */
export interface Opening {
  readonly vault: Vault;
  readonly db: WorkspaceRows;
}

const sealedValue = z.strictObject({ value: z.string(), origins: z.array(z.string()) });

/** Opens every secret of a connection, at the moment of use. Throws VaultError where a box was moved or altered. */
export async function openCredentials(opening: Opening, connectionId: string): Promise<Credentials> {
  return openListed(opening, connectionId, await listCredentials(opening.db, connectionId));
}

/** The same of several connections, by connection. */
export async function openCredentialsOf(
  opening: Opening,
  connectionIds: readonly string[],
): Promise<ReadonlyMap<string, Credentials>> {
  const sealed = await listCredentialsOf(opening.db, connectionIds);
  const opened = await Promise.all(
    [...sealed].map(async ([id, credentials]) => [id, await openListed(opening, id, credentials)] as const),
  );
  return new Map(opened);
}

/** The same of some that were listed: together they may go where each of them may. */
export async function openListed(
  opening: Opening,
  connectionId: string,
  sealed: readonly SealedCredential[],
): Promise<Credentials> {
  const opened = await Promise.all(sealed.map((credential) => openOne(opening, connectionId, credential)));
  return {
    secrets: Object.fromEntries(opened.map(({ field, secret }) => [field, secret])),
    origins: opened.map(({ origins }) => origins).reduce(common, opened[0]?.origins ?? []),
  };
}

async function openOne({ vault, db }: Opening, connectionId: string, credential: SealedCredential) {
  const owner = { id: connectionId, workspaceId: db.workspaceId, generation: credential.generation };
  const box = await vault.open(slotOf(owner, credential.field), credential.box);
  const { value, origins } = sealedValue.parse(parseJson(box.reveal()));
  return { field: credential.field, secret: new Secret(value), origins };
}

function common(left: readonly string[], right: readonly string[]): readonly string[] {
  return left.filter((origin) => right.includes(origin));
}

/** What is said where they may not. */
export const misdirected =
  'The credentials of this connection were given for another address. Submit them again for this one.';

/**
 * Whether the secrets may be attached to a request for this address (S1); one that has no origin stands for itself.
 * Without secrets there is nothing to protect.
 */
export function mayAttach(credentials: Credentials, url: string): boolean {
  if (Object.keys(credentials.secrets).length === 0) return true;
  const origin = originOf(url);
  return origin !== undefined && credentials.origins.includes(origin);
}
