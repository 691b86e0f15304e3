import { beforeAll, expect, it } from 'vitest';
import { type DriveEmulator, driveToken, startDrive } from '../emulators/drive.ts';
import { catalogFolder } from '../support/catalog-folder.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { connectDrive, drive } from '../support/drive.ts';
import { download } from '../support/files.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';

describeOnDatabases('S25: a file that a provider answers', ({ migrated }) => {
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

  const get = async (tool: string, bytes: Buffer) => {
    provider.files.set('x', { name: '', type: 'application/zip', bytes });
    const { body } = await plugboard.call(`POST /api/v1/connections/${connection}/tools/${tool}/call`, {
      body: { arguments: { name: 'x' } },
    });
    return (await download(plugboard, Object(body['output']).file.ref)).rawPayload;
  };

  it.each(['get_file', 'look_at_file'])(
    'by %s does not hold the connection’s secret, wherever it stands',
    async (tool) => {
      covers('files/answers');
      const filler = Buffer.alloc(64 * 1024 - 9, 0xfe);
      const bytes = Buffer.concat([filler, Buffer.from(driveToken), filler, Buffer.from(driveToken), filler]);
      const got = await get(tool, bytes);
      expect(got.includes(driveToken)).toBe(false);
      expect(got.length).toBe(bytes.length);
      expect(got.subarray(0, filler.length).equals(filler)).toBe(true);
    },
  );

  it('is itself where it holds none', async () => {
    covers('files/answers');
    const bytes = Buffer.alloc(300_000, driveToken.slice(0, -1));
    expect((await get('get_file', bytes)).equals(bytes)).toBe(true);
  });
});
