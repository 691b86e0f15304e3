import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Config } from '../../config.ts';
import { type BackupFacts, backupLines } from './backup-lines.ts';
import type { Manifest } from './backup-format.ts';
import { type Snapshot, withSnapshot } from './snapshot.ts';
import { syncFolder } from '../sync-folder.ts';

/**
 * Writes a backup of the configured database, of one moment, while the server may be running. The file is there, readable by
 * its owner alone, when all of it is on disk, and not before. Throws a sentence where it is there already.
 */
export async function writeBackup(
  config: Pick<Config, 'databaseUrl' | 'dataDir'>,
  path: string,
  facts: BackupFacts,
): Promise<Manifest> {
  if (existsSync(path)) throw new Error(`${path} is there already. Name a new file: a backup never replaces another.`);
  const draft = `${path}.partial-${randomBytes(4).toString('hex')}`;
  try {
    const manifest = await withSnapshot(config, (snapshot) => writeDraft(snapshot, draft, facts));
    await rename(draft, path);
    await syncFolder(dirname(path));
    return manifest;
  } finally {
    await rm(draft, { force: true });
  }
}

async function writeDraft(snapshot: Snapshot, draft: string, facts: BackupFacts): Promise<Manifest> {
  const file = await open(draft, 'wx', 0o600).catch((cause: unknown) => {
    throw new Error(`${draft} cannot be written. Is its folder there, and does it have room?`, { cause });
  });
  let manifest: Manifest = {};
  async function* text(): AsyncGenerator<string> {
    const lines = backupLines(snapshot, facts);
    for (let next = await lines.next(); ; next = await lines.next()) {
      if (next.done === true) {
        manifest = next.value;
        return;
      }
      yield `${next.value}\n`;
    }
  }
  try {
    await pipeline(Readable.from(inChunks(text())), createGzip(), file.createWriteStream({ flush: true }));
  } finally {
    await file.close().catch(() => {});
  }
  return manifest;
}

const chunkLength = 65_536;

/** Few pieces instead of many: each costs the same. */
async function* inChunks(lines: AsyncIterable<string>): AsyncGenerator<string> {
  let waiting = '';
  for await (const line of lines) {
    waiting += line;
    if (waiting.length < chunkLength) continue;
    yield waiting;
    waiting = '';
  }
  yield waiting;
}
