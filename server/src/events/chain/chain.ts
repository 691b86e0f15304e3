import { createPseudonyms, type Pseudonyms } from './pseudonyms.ts';

/** Hands out keys of the instance by their use, as the vault does: HKDF with the label (RFC 5869). */
export interface KeySource {
  derive(label: string): Buffer;
}

/** What sealing and verifying the records of one workspace takes. */
export interface Chain {
  readonly workspaceId: string;
  readonly key: Buffer;
  readonly people: Pseudonyms;
}

/** The chain of a workspace under a key of its own: another workspace's segment never fits (S23). */
export function openChain(keys: KeySource, workspaceId: string): Chain {
  const key = keys.derive(`audit-chain/${workspaceId}`);
  return { workspaceId, key, people: createPseudonyms(key) };
}
