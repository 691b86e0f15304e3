import type { Secret } from '../lib/secret.ts';
import type { WorkspaceTrx } from '../storage/storage.ts';

/** What kinds of things are sealed; each has its own sub-key (S14). */
export type SecretKind =
  | 'credential'
  | 'oauth_app'
  | 'registration'
  | 'verifier'
  | 'model_key'
  | 'webhook_secret'
  | 'endpoint_header'
  | 'approval_arguments'
  | 'approval_result'
  | 'idempotent_answer'
  | 'file_key';

/** Where a sealed value lives. A box opens in its own slot only: all of it is authenticated data (S14). */
export interface Slot {
  readonly kind: SecretKind;
  readonly workspaceId: string;
  /** The id of the row. */
  readonly record: string;
  readonly field: string;
  /** Of the row's configuration: a box of an older generation does not open in a newer one. */
  readonly generation: number;
}

/** A sealed value as it is stored: `pb1.<data key id>.<nonce, ciphertext and tag in base64url>`. */
export type Box = string;

export interface Vault {
  /** Makes the data key of a new workspace, in the transaction that makes the workspace. */
  createWorkspaceKey(trx: WorkspaceTrx): Promise<void>;
  /** Seals a text. Not inside a transaction: the first use of a workspace reads its key (R3). */
  seal(slot: Slot, value: Secret): Promise<Box>;
  /** Throws `VaultError` where the box was moved, altered or sealed with a key that is gone. */
  open(slot: Slot, box: Box): Promise<Secret>;
  /** A 32-byte key of the instance for one purpose, e.g. `better-auth` (HKDF with its own label, RFC 5869). */
  derive(label: string): Buffer;
  /** Forgets data keys held in memory, e.g. of a deleted workspace. */
  forget(workspaceId: string): void;
}

/** A box that does not open. The message names the slot's kind and record, never its content. */
export class VaultError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'VaultError';
  }
}
