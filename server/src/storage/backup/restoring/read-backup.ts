import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { parseJson } from '../../../lib/json.ts';
import {
  type BackupHeader,
  backupHeader,
  backupManifest,
  backupRow,
  backupTable,
  type Manifest,
} from '../backup-format.ts';
import { createRowsDigest, type RowsDigest } from '../rows-digest.ts';
import type { SavedValue } from '../values.ts';

/** A table of a backup, and a row of it. */
export interface SavedTable {
  readonly name: string;
  readonly columns: readonly string[];
}

/** What becomes of the rows of a backup. */
export interface RowTaker {
  begin(table: SavedTable): Promise<void>;
  take(row: readonly SavedValue[]): Promise<void>;
  end(): Promise<void>;
}

/** A backup that is being read: first its header, then everything behind it. */
export interface OpenBackup {
  readonly header: BackupHeader;
  /** Hands every row to the taker, and answers the manifest. Throws where a row is not what the manifest says. */
  rows(taker: RowTaker): Promise<Manifest>;
  close(): void;
}

/** Opens a backup and reads its first line. Throws a sentence where it is none, is damaged, or of a later form than ours. */
export async function openBackup(path: string): Promise<OpenBackup> {
  const file = createReadStream(path);
  const clear = file.pipe(createGunzip());
  file.on('error', (error) => clear.destroy(error));
  const lines = createInterface({ input: clear, crlfDelay: Number.POSITIVE_INFINITY })[Symbol.asyncIterator]();
  const failed = new Promise<never>((_resolve, reject) => clear.once('error', reject));
  failed.catch(() => {});
  const next = async (): Promise<string | undefined> => {
    const { value, done } = await Promise.race([lines.next(), failed]).catch((cause: unknown) => {
      throw new Error(`${path} cannot be read, or is damaged. Take another backup.`, { cause });
    });
    return done === true ? undefined : value;
  };
  const header = backupHeader.safeParse(parseJson((await next()) ?? ''));
  if (header.success)
    return { header: header.data, rows: (taker) => readRest(next, taker), close: () => void file.destroy() };
  file.destroy();
  throw new Error(`${path} is no backup that this version of Plugboard can read.`);
}

async function readRest(next: () => Promise<string | undefined>, taker: RowTaker): Promise<Manifest> {
  const digests = new Map<string, RowsDigest>();
  let digest: RowsDigest | undefined;
  for (;;) {
    const line = await next();
    if (line === undefined) throw new Error('The backup was cut off: it has no manifest. Take another one.');
    if (line.startsWith('[')) {
      digest?.add(line);
      await taker.take(backupRow.parse(JSON.parse(line)));
      continue;
    }
    if (digest) await taker.end();
    const value: unknown = parseJson(line);
    const last = backupManifest.safeParse(value);
    if (last.success) return checked(last.data.manifest, digests);
    const { table, columns } = backupTable.parse(value);
    digest = createRowsDigest();
    digests.set(table, digest);
    await taker.begin({ name: table, columns });
  }
}

function checked(manifest: Manifest, digests: ReadonlyMap<string, RowsDigest>): Manifest {
  const names = new Set([...Object.keys(manifest), ...digests.keys()]);
  const found = Object.fromEntries(
    [...digests].map(([name, digest]) => [name, { rows: digest.rows, sha256: digest.sum() }]),
  );
  for (const name of names) {
    if (found[name]?.sha256 !== manifest[name]?.sha256 || found[name]?.rows !== manifest[name]?.rows)
      throw new Error(
        `The backup is damaged: its rows of ${name} are not the ones it was made with. Take another one.`,
      );
  }
  return manifest;
}
