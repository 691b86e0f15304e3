import { beforeAll, beforeEach, expect, it } from 'vitest';
import { type DriveEmulator, startDrive } from '../emulators/drive.ts';
import { catalogFolder } from '../support/catalog-folder.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { connectDrive, drive } from '../support/drive.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';

describeOnDatabases('S24: the address of a file', ({ migrated }) => {
  const folder = catalogFolder({ drive });
  let plugboard: Plugboard;
  let provider: DriveEmulator;
  let connection: string;
  let bold: string;

  beforeAll(async () => {
    provider = await startDrive();
    plugboard = await startPlugboard(await migrated(), { catalogDirs: [folder] });
    connection = await connectDrive(plugboard, provider.url);
    bold = await plugboard.mint({ scopes: ['tools:call', 'tools:write_unasked'] });
    return () => provider.stop();
  });
  beforeEach(() => {
    provider.ledger.length = 0;
    provider.files.clear();
  });

  const put = async (url: string) =>
    (
      await plugboard.call(`POST /api/v1/connections/${connection}/tools/put_file/call`, {
        key: bold,
        body: { arguments: { name: 'copy', file: { url } } },
      })
    ).body;
  const kept = async () => (await plugboard.app.storage.rows.selectFrom('files').select('id').execute()).length;

  it.each([
    'http://169.254.169.254/latest/meta-data/',
    'http://10.0.0.1/',
    'http://[::1]:7400/',
    'http://127.0.0.2:22/',
    'http://[::ffff:10.0.0.1]/',
    'http://0x7f000002/',
    'http://127.0.0.1:22/',
  ])('is refused where nobody may go: %s', async (url) => {
    covers('files/url');
    const before = await kept();
    expect(await put(url)).toMatchObject({ status: 'rejected', reason: 'input', message: expect.any(String) });
    expect(provider.ledger).toEqual([]);
    expect(await kept()).toBe(before);
  });

  it.each(['http://169.254.169.254/', 'http://10.0.0.1/', 'http://127.0.0.2/', 'file:///etc/passwd'])(
    'is refused where it leads on to %s',
    async (to) => {
      covers('files/url');
      expect(await put(`${provider.url}/public/x?to=${encodeURIComponent(to)}`)).toMatchObject({
        status: 'rejected',
        reason: 'input',
      });
      expect(provider.ledger.map(({ method }) => method)).toEqual(['GET']);
    },
  );

  it('is followed where it leads on in circles only so far', async () => {
    covers('files/url');
    provider.files.set('x', { name: '', type: 'text/plain', bytes: Buffer.from('x') });
    const self = `${provider.url}/public/x`;
    expect(await put(`${self}?to=${encodeURIComponent(self)}`)).toMatchObject({ status: 'ok' });
    const circle = `${self}?to=/public/x%3Fto%3D%2Fpublic%2Fx%253Fto%253D..%252F`;
    await put(circle);
    expect(provider.ledger.length).toBeLessThan(12);
  });

  it('is no way to the connection’s credential', async () => {
    covers('files/url');
    expect(await put(`${provider.url}/me`)).toMatchObject({
      status: 'rejected',
      message: expect.stringContaining('401'),
    });
    expect(provider.ledger[0]?.headers).not.toHaveProperty('authorization');
  });

  it('that answers more than a file may hold is let go, with nothing kept', { timeout: 60_000 }, async () => {
    covers('files/url', 'files/cap');
    const before = await kept();
    provider.files.set('big', { name: '', type: 'application/zip', bytes: Buffer.alloc(50 * 1024 * 1024 + 1) });
    expect(await put(`${provider.url}/public/big`)).toMatchObject({ status: 'rejected', reason: 'input' });
    expect(await kept()).toBe(before);
    expect(provider.files.has('copy')).toBe(false);
  });
});
