import { Secret } from '../lib/secret.ts';
import { decrypt, encrypt } from './aes-gcm.ts';
import { subKey } from './sub-keys.ts';
import { type Box, type Slot, VaultError } from './vault.ts';

/** The key of a workspace's boxes, with the id that boxes name. */
export interface DataKey {
  readonly id: string;
  /** 32 bytes. */
  readonly key: Buffer;
}

const boxPattern = /^pb1\.([0-9a-f-]{36})\.([A-Za-z0-9_-]+)$/;

/** Seals a text, as UTF-8, into its slot. The same text makes another box each time. */
export function sealBox(dataKey: DataKey, slot: Slot, value: Secret): Box {
  const sealed = encrypt(kindKey(dataKey, slot), contextOf(dataKey, slot), Buffer.from(value.reveal(), 'utf8'));
  return `pb1.${dataKey.id}.${sealed}`;
}

/** Opens a box in the slot it was sealed for with the key it names; throws `VaultError` otherwise. */
export function openBox(dataKey: DataKey, slot: Slot, box: Box): Secret {
  const { keyId, sealed } = parseBox(slot, box);
  const clear = keyId === dataKey.id ? decrypt(kindKey(dataKey, slot), contextOf(dataKey, slot), sealed) : undefined;
  if (!clear)
    throw new VaultError(`The ${nameOf(slot)} does not open: it was altered, moved or sealed with another key.`);
  return new Secret(clear.toString('utf8'));
}

/** The id of the data key that a box names; throws `VaultError` where it is no box of a version we know. */
export function boxKeyId(slot: Slot, box: Box): string {
  return parseBox(slot, box).keyId;
}

/** How messages call a slot: its kind and record, never its content. */
export function nameOf({ kind, record }: Slot): string {
  return `sealed ${kind.replaceAll('_', ' ')} of ${record}`;
}

function parseBox(slot: Slot, box: Box): { readonly keyId: string; readonly sealed: string } {
  const [, keyId, sealed] = boxPattern.exec(box) ?? [];
  if (keyId !== undefined && sealed !== undefined) return { keyId, sealed };
  throw new VaultError(`The ${nameOf(slot)} is not a box this version of Plugboard can read.`);
}

function kindKey({ key }: DataKey, { kind }: Slot): Buffer {
  return subKey(key, `box/${kind}`);
}

function contextOf({ id }: DataKey, { kind, workspaceId, record, field, generation }: Slot): readonly string[] {
  return [kind, workspaceId, record, field, String(generation), id];
}
