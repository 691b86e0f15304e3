import { beforeAll, beforeEach, expect, it } from 'vitest';
import { type DriveEmulator, startDrive } from '../emulators/drive.ts';
import { catalogFolder } from '../support/catalog-folder.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { connectDrive, drive } from '../support/drive.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';

describeOnDatabases('S1, S10: what leads to the next page', ({ migrated }) => {
  const folder = catalogFolder({ drive });
  let plugboard: Plugboard;
  let honest: DriveEmulator;
  let evil: DriveEmulator;
  let connection: string;
  let other: string;

  beforeAll(async () => {
    [honest, evil] = await Promise.all([startDrive(), startDrive()]);
    plugboard = await startPlugboard(await migrated(), { catalogDirs: [folder] });
    connection = await connectDrive(plugboard, honest.url);
    other = await connectDrive(plugboard, evil.url, { label: 'other' });
    return () => Promise.all([honest.stop(), evil.stop()]);
  });
  beforeEach(() => {
    honest.ledger.length = 0;
    evil.ledger.length = 0;
  });

  const call = async (id: string, tool: string, args: object) => {
    const where = `POST /api/v1/connections/${id}/tools/${tool}/call`;
    return (await plugboard.call(where, { body: { arguments: args } })).body;
  };
  const nextOf = async (tool: string, args: object = {}) => Object((await call(connection, tool, args))['output']).next;

  it('is never an address: a link of the provider’s to anywhere leads to the same place', async () => {
    covers('pages/bound');
    for (const where of [`${evil.url}/links?page=2`, '//evil.example.com/?page=2', '/../secrets?page=2']) {
      const next = await nextOf('list_by_link', { evil: where });
      honest.ledger.length = 0;
      await call(connection, 'list_by_link', { cursor: next });
      expect(honest.ledger.map(({ path }) => path)).toEqual(['/links?page=2']);
    }
    await call(connection, 'list_by_link', { evil: `${evil.url}/links?page=2`, all: true });
    expect(evil.ledger).toEqual([]);
  });

  it('stays one value of one parameter, whatever it holds', async () => {
    covers('pages/bound');
    const next = await nextOf('list_by_link', { evil: '/links?page=2%26evil%3Dx%23%2F..' });
    honest.ledger.length = 0;
    await call(connection, 'list_by_link', { cursor: next });
    expect(honest.ledger.map(({ path }) => path)).toEqual(['/links?page=2%26evil%3Dx%23%2F..']);
  });

  it.each([
    ['made up', async () => 'at:10'],
    ['empty', async () => ''],
    ['an address', async () => 'https://evil.example.com/links?page=2'],
    ['of another tool', () => nextOf('list_by_page')],
    [
      'altered',
      async () => String(await nextOf('list_by_cursor')).replace(/^./, (first) => (first === 'A' ? 'B' : 'A')),
    ],
  ])('is refused where it is %s, and nothing is sent', async (_what, cursorOf) => {
    covers('pages/bound');
    const cursor = await cursorOf();
    honest.ledger.length = 0;
    expect(await call(connection, 'list_by_cursor', { cursor })).toMatchObject({
      status: 'rejected',
      reason: 'input',
      problems: [{ path: '/cursor' }],
    });
    expect(honest.ledger).toEqual([]);
  });

  it('is refused by another connection of the same connector', async () => {
    covers('pages/bound');
    const cursor = await nextOf('list_by_cursor');
    expect(await call(other, 'list_by_cursor', { cursor })).toMatchObject({ status: 'rejected', reason: 'input' });
    expect(evil.ledger).toEqual([]);
  });

  it('tells nothing of what it stands for', async () => {
    covers('pages/bound');
    const cursor = String(await nextOf('list_by_cursor'));
    expect(Buffer.from(cursor, 'base64url').includes('at:10')).toBe(false);
    expect(await nextOf('list_by_cursor')).not.toBe(cursor);
  });
});
