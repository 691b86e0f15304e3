import { beforeAll, expect, it } from 'vitest';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { download, upload } from '../support/files.ts';
import { loose } from '../support/loose-database.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';

describeOnDatabases('S14: a file', ({ migrated }) => {
  let plugboard: Plugboard;
  beforeAll(async () => {
    plugboard = await startPlugboard(await migrated());
  });

  const database = () => loose(plugboard.app.storage.writer);
  const chunks = (id: string) =>
    plugboard.app.storage.rows
      .selectFrom('file_chunks')
      .selectAll()
      .where('file_id', '=', id)
      .orderBy('place')
      .execute();
  const isOpened = async (id: string, bytes: Buffer) => {
    const answer = await download(plugboard, id).catch(() => undefined);
    return answer?.statusCode === 200 && answer.rawPayload.equals(bytes);
  };
  const big = Buffer.alloc(600_000, 'words that nobody may read ');

  it('holds nothing that can be read in the database', async () => {
    covers('files/sealed');
    const id = await upload(plugboard, big);
    const rows = await chunks(id);
    expect(rows).toHaveLength(3);
    for (const { sealed } of rows) expect(Buffer.from(sealed).includes('words')).toBe(false);
    expect(await isOpened(id, big)).toBe(true);
  });

  it('does not open with a bit altered', async () => {
    covers('files/sealed');
    const id = await upload(plugboard, big);
    const [first] = await chunks(id);
    const altered = Buffer.from(first?.sealed ?? []);
    altered[100] = (altered[100] ?? 0) ^ 1;
    await database()
      .updateTable('file_chunks')
      .set({ sealed: altered })
      .where('file_id', '=', id)
      .where('place', '=', 0)
      .execute();
    expect(await isOpened(id, big)).toBe(false);
  });

  it('does not open with its parts in another order, or of another file', async () => {
    covers('files/sealed');
    const [one, other] = [await upload(plugboard, big), await upload(plugboard, big)];
    const [first, second] = await chunks(one);
    const put = (id: string, place: number, sealed: Uint8Array = Buffer.alloc(0)) =>
      database()
        .updateTable('file_chunks')
        .set({ sealed })
        .where('file_id', '=', id)
        .where('place', '=', place)
        .execute();
    await put(other, 0, first?.sealed);
    expect(await isOpened(other, big)).toBe(false);
    await put(one, 0, second?.sealed);
    await put(one, 1, first?.sealed);
    expect(await isOpened(one, big)).toBe(false);
  });

  it('does not open without its end', async () => {
    covers('files/sealed');
    const id = await upload(plugboard, big);
    await database().deleteFrom('file_chunks').where('file_id', '=', id).where('place', '=', 2).execute();
    await database()
      .updateTable('files')
      .set({ size: 2 * 256 * 1024 })
      .where('id', '=', id)
      .execute();
    expect(await isOpened(id, big.subarray(0, 2 * 256 * 1024))).toBe(false);
  });

  it('does not open under another digest, which is what an approval is bound to', async () => {
    covers('files/sealed');
    const id = await upload(plugboard, big);
    await database()
      .updateTable('files')
      .set({ sha256: '0'.repeat(64) })
      .where('id', '=', id)
      .execute();
    expect(await isOpened(id, big)).toBe(false);
  });
});
