import { beforeAll, beforeEach, expect, it } from 'vitest';
import { type DriveEmulator, startDrive } from '../emulators/drive.ts';
import { catalogFolder } from '../support/catalog-folder.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { connectDrive, drive } from '../support/drive.ts';
import { download, upload } from '../support/files.ts';
import { loose } from '../support/loose-database.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';

describeOnDatabases('S13: what an approval of files binds', ({ migrated }) => {
  const folder = catalogFolder({ drive });
  let plugboard: Plugboard;
  let provider: DriveEmulator;
  let connection: string;
  let agent: string;

  beforeAll(async () => {
    provider = await startDrive();
    plugboard = await startPlugboard(await migrated(), { catalogDirs: [folder] });
    connection = await connectDrive(plugboard, provider.url);
    agent = await plugboard.mint();
    return () => provider.stop();
  });
  beforeEach(() => {
    provider.ledger.length = 0;
    provider.files.clear();
  });

  const ask = (args: object) =>
    plugboard.call(`POST /api/v1/connections/${connection}/tools/put_file/call`, {
      key: agent,
      body: { arguments: args },
      headers: { prefer: 'wait=0' },
    });
  const approve = async (asked: { readonly body: Record<string, unknown> }) =>
    (await plugboard.call(`POST /api/v1/approvals/${String(asked.body['approval_id'])}/approve`)).body;
  const shown = async (asked: { readonly body: Record<string, unknown> }) =>
    Object((await plugboard.call(`GET /api/v1/approvals/${String(asked.body['approval_id'])}`)).body['arguments']);
  const publish = (text: string) =>
    provider.files.set('public.txt', { name: '', type: 'text/plain', bytes: Buffer.from(text) });
  const url = () => `${provider.url}/public/public.txt`;

  it('is what stood at an address when it was asked for, whatever stands there later', async () => {
    covers('files/bound', 'files/url');
    publish('what was approved');
    const asked = await ask({ name: 'copy', file: { url: url() } });
    expect(asked.status).toBe(202);
    expect((await shown(asked)).file).toEqual({
      ref: expect.any(String),
      name: 'public.txt',
      media_type: 'text/plain',
      size: 17,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    publish('something else');
    expect(await approve(asked)).toMatchObject({ status: 'done' });
    expect(provider.files.get('copy')?.bytes.toString()).toBe('what was approved');
    expect(provider.ledger.filter(({ path }) => path.startsWith('/public/'))).toHaveLength(1);
  });

  it('is one question for the same bytes, and another for others', async () => {
    covers('files/bound');
    publish('the same');
    const args = { name: 'copy', file: { url: url() } };
    const [first, second] = [await ask(args), await ask(args)];
    expect(second.body['approval_id']).toBe(first.body['approval_id']);
    const file = { base64: Buffer.from('inline').toString('base64'), name: 'a.txt' };
    const [third, fourth] = [await ask({ name: 'x', file }), await ask({ name: 'x', file })];
    expect(fourth.body['approval_id']).toBe(third.body['approval_id']);
    publish('other');
    expect((await ask(args)).body['approval_id']).not.toBe(first.body['approval_id']);
  });

  it('is void where the file is gone, or another, when it is decided', async () => {
    covers('files/bound');
    const ref = await upload(plugboard, 'uploaded', { key: agent });
    const gone = await ask({ name: 'x', file: { ref } });
    await plugboard.call(`DELETE /api/v1/files/${ref}`, { key: agent });
    expect(await approve(gone)).toMatchObject({ status: 'voided' });
    const other = await upload(plugboard, 'one', { key: agent });
    const swapped = await ask({ name: 'x', file: { ref: other } });
    await loose(plugboard.app.storage.writer)
      .updateTable('files')
      .set({ sha256: '1'.repeat(64) })
      .where('id', '=', other)
      .execute();
    expect(await approve(swapped)).toMatchObject({ status: 'voided' });
    expect(provider.ledger).toEqual([]);
  });

  it('holds for the caller’s word on a digest as well', async () => {
    covers('files/bound');
    const ref = await upload(plugboard, 'uploaded', { key: agent });
    const answer = await ask({ name: 'x', file: { ref, sha256: '0'.repeat(64) } });
    expect(answer.body).toMatchObject({ status: 'rejected', reason: 'input' });
    expect((await download(plugboard, ref, agent)).body).toBe('uploaded');
  });
});
