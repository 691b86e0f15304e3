import type { Clock } from '../lib/clock.ts';
import type { WorkspaceDb } from '../storage/storage.ts';
import type { Vault } from '../vault/vault.ts';

/** A file as it may be shown. Its bytes are sealed and not in here. */
export interface StoredFile {
  readonly id: string;
  readonly name: string;
  readonly mediaType: string;
  /** Bytes. */
  readonly size: number;
  /** Of its bytes, in hex. */
  readonly sha256: string;
  readonly createdAt: string;
  readonly expiresAt: string;
}

/** Whose files are meant, and what is needed to keep and open them. */
export interface FileRoom {
  readonly db: WorkspaceDb;
  readonly vault: Pick<Vault, 'seal' | 'open'>;
  readonly clock: Clock;
  readonly caller: { readonly principal: string; readonly userId: string };
}

const mebibyte = 1024 * 1024;

/** What a workspace may keep, in bytes and files. */
export const fileLimits = {
  /** Of one file. */
  bytesEach: 50 * mebibyte,
  /** Of all files of a workspace. */
  bytesTogether: 1024 * mebibyte,
  filesTogether: 10_000,
} as const;

const hourMs = 3_600_000;

/** How long files live, in milliseconds. */
export const fileLives = {
  shortest: 60_000,
  usual: 24 * hourMs,
  longest: 7 * 24 * hourMs,
  /** Kept for a call that may have to wait for a person: longer than an approval does. */
  forCall: 25 * hourMs,
  /** Of one that is still arriving; after it nobody is sending any more. */
  arriving: hourMs,
} as const;
