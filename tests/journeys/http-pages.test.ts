import { beforeAll, beforeEach, expect, it } from 'vitest';
import { type DriveEmulator, startDrive } from '../emulators/drive.ts';
import { catalogFolder } from '../support/catalog-folder.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { connectDrive, drive } from '../support/drive.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';

/** The first `count` things from `from` on, as the tools that keep their ids show them. */
function ids(from: number, count: number): { readonly id: string }[] {
  return Array.from({ length: count }, (_, index) => ({ id: `thing-${from + index}` }));
}

describeOnDatabases('pages', ({ migrated }) => {
  const folder = catalogFolder({ drive });
  let plugboard: Plugboard;
  let provider: DriveEmulator;
  let connection: string;

  beforeAll(async () => {
    provider = await startDrive();
    plugboard = await startPlugboard(await migrated(), { catalogDirs: [folder] });
    connection = await connectDrive(plugboard, provider.url);
    return () => provider.stop();
  });
  beforeEach(() => {
    provider.ledger.length = 0;
    provider.beforeList = () => undefined;
  });

  const call = async (tool: string, args: object = {}) => {
    const where = `POST /api/v1/connections/${connection}/tools/${tool}/call`;
    const { body } = await plugboard.call(where, { body: { arguments: args } });
    return body;
  };
  const page = async (tool: string, args: object = {}) => {
    const { output } = await call(tool, args);
    return Object(output);
  };

  it.each(['list_by_cursor', 'list_by_link', 'list_by_page', 'list_by_offset'])(
    'of %s lead from one to the next, to the end',
    async (tool) => {
      covers('pages/next');
      const first = await page(tool);
      const second = await page(tool, { cursor: first.next });
      const third = await page(tool, { cursor: second.next });
      expect([first, second, third].map(({ items }) => items.length)).toEqual([10, 10, 5]);
      const named = [first, second, third].flatMap(({ items }) => items.map(({ id }: { id: string }) => id));
      expect(named).toEqual(ids(1, 25).map(({ id }) => id));
      expect([typeof first.next, typeof second.next]).toEqual(['string', 'string']);
      // A list that is counted, and does not say how long it is, ends with a page of less than was asked for.
      const rest = tool === 'list_by_offset' ? await page(tool, { cursor: third.next }) : third;
      expect(rest).not.toHaveProperty('next');
    },
  );

  it('show of their items what the tool keeps, and how many there are', async () => {
    covers('pages/next');
    expect(await page('list_by_cursor')).toEqual({ items: ids(1, 10), total: 25, next: expect.any(String) });
  });

  it('are read to the end where all is asked for', async () => {
    covers('pages/next');
    expect(await page('list_by_cursor', { all: true })).toEqual({ items: ids(1, 25), total: 25 });
    expect(provider.ledger.map(({ path }) => path)).toEqual([
      '/cursors',
      '/cursors?after=at%3A10',
      '/cursors?after=at%3A20',
    ]);
    const { next } = await page('list_by_link');
    expect(await page('list_by_link', { all: true, cursor: next })).toEqual({ items: ids(11, 15) });
  });

  it('end with less than was asked for, where the list only counts', async () => {
    covers('pages/next');
    expect(await page('list_by_offset', { all: true, limit: 20 })).toMatchObject({ items: { length: 25 } });
    expect(provider.ledger).toHaveLength(2);
  });

  it('are ten at most, and where they stopped is where they go on', async () => {
    covers('pages/next');
    const first = await page('list_by_offset', { all: true, limit: 2 });
    expect(first.items).toHaveLength(20);
    expect(provider.ledger).toHaveLength(10);
    expect(await page('list_by_offset', { all: true, limit: 2, cursor: first.next })).toMatchObject({
      items: { length: 5 },
    });
  });

  it('that were read count, where a later one fails', async () => {
    covers('pages/next');
    provider.beforeList = (count) => (count === 1 ? 429 : undefined);
    const first = await page('list_by_cursor', { all: true });
    expect(first).toMatchObject({
      items: { length: 10 },
      next: expect.any(String),
      stopped: 'The provider answered 429: not now',
    });
    provider.beforeList = () => undefined;
    expect(await page('list_by_cursor', { cursor: first.next })).toMatchObject({ items: ids(11, 10) });
    provider.beforeList = () => 500;
    expect(await call('list_by_cursor', { all: true })).toMatchObject({ status: 'unavailable' });
  });

  it('can still be asked for by the provider’s own argument, but not both ways at once', async () => {
    covers('pages/next');
    const { next } = await page('list_by_link');
    expect(await page('list_by_link', { page: 3 })).toEqual({ items: ids(21, 5) });
    expect(await call('list_by_link', { page: 3, cursor: next })).toMatchObject({
      status: 'rejected',
      reason: 'input',
      problems: [{ path: '/cursor', message: 'cannot be given together with page' }],
    });
  });

  it('are the provider’s own to who asks for its own answer', async () => {
    const where = `/v1/tools/connectors/drive`;
    const invoked = await plugboard.call(`POST ${where}/connections/${connection}/list_by_cursor`, {
      body: { query_params: { after: 'at:20' } },
    });
    expect(invoked.body).toMatchObject({ data: { things: { length: 5 } }, meta: { next: '' } });
    const { body } = await plugboard.call(`GET ${where}/operations/list_by_cursor`);
    expect(body).toMatchObject({ query_params: { properties: { after: {} } }, body_params: { properties: {} } });
    expect(body['body_params']).toMatchObject({ properties: expect.not.objectContaining({ all: expect.anything() }) });
  });
});
