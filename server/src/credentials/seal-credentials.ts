import { Secret } from '../lib/secret.ts';
import { sealedColumn } from '../vault/rotation/sealed-column.ts';
import type { Vault } from '../vault/vault.ts';
import type { SealedCredential } from './credential-store.ts';

/** The secrets of a connection in clear, and the only origins they may be sent to (S1). */
export interface Credentials {
  readonly secrets: Readonly<Record<string, Secret>>;
  readonly origins: readonly string[];
}

/** Which connection, at which configuration. */
export interface CredentialOwner {
  readonly id: string;
  readonly workspaceId: string;
  readonly generation: number;
}

/** Seals each secret together with the origins it may go to: changing where it goes means sending it again (S1). */
export function sealCredentials(
  vault: Vault,
  owner: CredentialOwner,
  credentials: Credentials,
): Promise<SealedCredential[]> {
  const fields = Object.entries(credentials.secrets);
  return Promise.all(
    fields.map(async ([field, secret]) => ({
      field,
      generation: owner.generation,
      box: await vault.seal(slotOf(owner, field), bound(secret, credentials.origins)),
    })),
  );
}

function bound(secret: Secret, origins: readonly string[]): Secret {
  return new Secret(JSON.stringify({ value: secret.reveal(), origins }));
}

/** Where a credential of a connection lives in the vault. */
export function slotOf(owner: CredentialOwner, field: string) {
  return {
    kind: 'credential',
    workspaceId: owner.workspaceId,
    record: owner.id,
    field,
    generation: owner.generation,
  } as const;
}

/** Where credentials lie. */
export const credentialBoxes = sealedColumn({
  table: 'connection_secrets',
  column: 'box',
  key: ['connection_id', 'field'],
  further: ['generation'],
  slotOf: (workspaceId, read) =>
    slotOf({ id: read('connection_id'), workspaceId, generation: Number(read('generation')) }, read('field')),
});
