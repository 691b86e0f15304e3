import { expect, it } from 'vitest';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { startPlugboard } from '../support/plugboard.ts';
import { startProxied } from '../support/proxied.ts';

describeOnDatabases('a raw read where no call is answered before its record is on disk', ({ migrated }) => {
  it('is on record before it is sent, because its answer leaves while it arrives', async () => {
    covers('proxy/on-record');
    const plugboard = await startPlugboard(await migrated(), { strictAudit: true });
    const proxied = await startProxied(plugboard);
    const records = () => plugboard.app.storage.rows.selectFrom('calls').select(['status', 'effect']).execute();
    let before: unknown;
    proxied.answer(async (_request, response) => {
      before = await records();
      response.end('done');
    });
    expect((await plugboard.call(`GET ${proxied.path}/things`)).text).toBe('done');
    expect(before).toEqual([{ status: 'executing', effect: 'read' }]);
    await expect.poll(records).toEqual([{ status: 'ok', effect: 'read' }]);
    await proxied.stop();
  });
});
