import { isUuid } from '../../lib/ids.ts';
import { decryptBytes, encryptBytes } from '../../vault/aes-gcm.ts';
import type { Vault } from '../../vault/vault.ts';

/** What `state` says (RFC 6749 §10.12): which handshake a browser comes back to, and which of its attempts. */
export interface State {
  readonly workspaceId: string;
  readonly handshakeId: string;
  /** Of one attempt; in base64url. */
  readonly nonce: string;
}

const label = 'oauth-state';
const uuidBytes = 16;
const longest = 400;

/** Sealed, so that nobody else can write one or read what is in it. */
export function sealState(vault: Pick<Vault, 'derive'>, { workspaceId, handshakeId, nonce }: State): string {
  const clear = Buffer.concat([toBytes(workspaceId), toBytes(handshakeId), Buffer.from(nonce, 'base64url')]);
  return encryptBytes(vault.derive(label), [label], clear).toString('base64url');
}

/** What a state of ours says, in the one spelling it was sealed in; `undefined` for every other text. */
export function openState(vault: Pick<Vault, 'derive'>, text: string): State | undefined {
  if (text.length > longest || !/^[\w-]+$/.test(text)) return undefined;
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.toString('base64url') !== text) return undefined;
  const clear = decryptBytes(vault.derive(label), [label], bytes);
  if (clear === undefined) return undefined;
  return {
    workspaceId: toUuid(clear.subarray(0, uuidBytes)),
    handshakeId: toUuid(clear.subarray(uuidBytes, 2 * uuidBytes)),
    nonce: clear.subarray(2 * uuidBytes).toString('base64url'),
  };
}

function toBytes(id: string): Buffer {
  if (!isUuid(id)) throw new Error('A state names workspaces and handshakes by their UUID.');
  return Buffer.from(id.replaceAll('-', ''), 'hex');
}

function toUuid(bytes: Buffer): string {
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
