import { writeSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Secret } from '../../server/src/lib/secret.ts';
import { openStorage } from '../../server/src/storage/open-storage.ts';
import { loose } from './loose-database.ts';

// A process that writes rows and prints the id of each when it is acknowledged; a test kills it, starves it or watches its fsyncs.
const { values } = parseArgs({
  options: {
    url: { type: 'string' },
    dir: { type: 'string', default: '' },
    count: { type: 'string' },
    together: { type: 'string', default: '1' },
  },
});

// Without a listener a file that may not grow any more ends the process; with one the write fails, as on a full disk.
process.on('SIGXFSZ', () => {});

const storage = await openStorage({
  databaseUrl: values.url === undefined ? undefined : new Secret(values.url),
  dataDir: values.dir,
});
print('open');
await Promise.all(Array.from({ length: Number(values.together) }, (_, lane) => writeRows(lane)));
print('done');
await storage.close();

async function writeRows(lane: number): Promise<void> {
  const count = values.count === undefined ? Number.POSITIVE_INFINITY : Number(values.count) / Number(values.together);
  for (let at = 0; at < count; at++) {
    const name = `${lane}-${at}`;
    const outcome = await writeRow(name).catch(() => 'failed');
    print(`${outcome} ${name}`);
    if (outcome === 'failed') print(`reads ${await readsGoOn()} writable ${await isWritable()}`);
  }
}

async function writeRow(name: string): Promise<'kept'> {
  await storage.transact((trx) =>
    loose(trx.rows)
      .insertInto('instance')
      .values({ name, value: 'x'.repeat(2_000) })
      .execute(),
  );
  return 'kept';
}

async function readsGoOn(): Promise<boolean> {
  const rows = await loose(storage.rows).selectFrom('instance').select('name').limit(1).execute();
  return rows.length === 1;
}

async function isWritable(): Promise<boolean> {
  return storage.ping().then(
    () => true,
    () => false,
  );
}

/** At once, past every buffer: what was printed was acknowledged, whatever happens next. */
function print(line: string): void {
  writeSync(1, `${line}\n`);
}
