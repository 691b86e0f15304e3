import { createHash, randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { beforeAll, beforeEach, expect, it } from 'vitest';
import { fileLimits } from '../../server/src/files/file.ts';
import { sweepFiles } from '../../server/src/files/sweep-files.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { download, tryUpload, upload } from '../support/files.ts';
import { loose } from '../support/loose-database.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';

describeOnDatabases('files', ({ migrated }) => {
  const time = { now: Date.now() };
  let plugboard: Plugboard;
  let address: string;

  beforeAll(async () => {
    plugboard = await startPlugboard(await migrated(), { port: 0, clock: { now: () => time.now } });
    address = await plugboard.listen();
  });
  beforeEach(() => {
    time.now = Date.now();
  });

  const count = async () => {
    const [files, chunks, usage] = await Promise.all([
      plugboard.app.storage.rows.selectFrom('files').select('id').execute(),
      plugboard.app.storage.rows.selectFrom('file_chunks').select('place').execute(),
      plugboard.app.storage.rows.selectFrom('file_usage').select(['files', 'bytes']).execute(),
    ]);
    const used = usage.map(({ files, bytes }) => ({ files: Number(files), bytes: Number(bytes) }));
    return { files: files.length, chunks: chunks.length, used: used[0] ?? { files: 0, bytes: 0 } };
  };

  it.each([0, 1, 256 * 1024 - 1, 256 * 1024, 256 * 1024 + 1, 1_000_000])(
    'are handed out as they were sent, of %i bytes',
    async (size) => {
      covers('files/upload', 'files/content');
      const bytes = randomBytes(size);
      const sent = await tryUpload(plugboard, bytes, { name: 'photo.png', type: 'image/png' });
      expect(sent.statusCode).toBe(201);
      expect(sent.json()).toMatchObject({
        name: 'photo.png',
        media_type: 'image/png',
        size,
        sha256: createHash('sha256').update(bytes).digest('hex'),
        expires_at: new Date(time.now + 24 * 3_600_000).toISOString(),
      });
      const { id } = sent.json();
      expect((await plugboard.call(`GET /api/v1/files/${id}`)).body).toEqual(sent.json());
      const got = await download(plugboard, id);
      expect(got.statusCode).toBe(200);
      expect(got.rawPayload.equals(bytes)).toBe(true);
    },
  );

  it('take bytes of any media type as they are, JSON too', async () => {
    covers('files/upload');
    for (const type of ['application/json', 'text/html', 'application/octet-stream']) {
      const id = await upload(plugboard, '{"cut off', { type });
      expect((await download(plugboard, id)).body).toBe('{"cut off');
    }
  });

  it('are refused under what is no media type, and without a name', async () => {
    const before = await count();
    expect((await tryUpload(plugboard, 'x', { type: 'text/html, text/css' })).statusCode).toBe(400);
    expect((await plugboard.call('POST /api/v1/files')).status).toBe(400);
    expect(await count()).toEqual(before);
  });

  it(
    'may be as large as the cap and no larger, and of a larger one nothing is kept',
    { timeout: 120_000 },
    async () => {
      covers('files/cap');
      const before = await count();
      const most = Buffer.alloc(fileLimits.bytesEach, 7);
      const id = await upload(plugboard, most);
      expect((await download(plugboard, id)).rawPayload.equals(most)).toBe(true);
      await plugboard.call(`DELETE /api/v1/files/${id}`);
      const over = await tryUpload(plugboard, Buffer.concat([most, Buffer.alloc(1)]));
      expect(over.statusCode).toBe(413);
      expect(over.json()).toMatchObject({ error: { code: 'PAYLOAD_TOO_LARGE' } });
      expect(await count()).toEqual(before);
    },
  );

  it('that say nothing of their length are cut off at the cap', { timeout: 120_000 }, async () => {
    covers('files/cap');
    const before = await count();
    const status = await new Promise((resolve, reject) => {
      const sending = request(`${address}/api/v1/files?name=endless`, {
        method: 'POST',
        headers: {
          host: new URL(plugboard.app.config.publicUrl).host,
          authorization: `Bearer ${plugboard.adminKey}`,
          'transfer-encoding': 'chunked',
        },
      });
      sending.on('response', (response) => {
        resolve(response.statusCode);
        sending.destroy();
      });
      sending.on('error', reject);
      const megabyte = Buffer.alloc(1024 * 1024);
      const pump = (): void => {
        while (!sending.destroyed && sending.write(megabyte));
      };
      sending.on('drain', pump);
      pump();
    });
    expect(status).toBe(413);
    expect(await count()).toEqual(before);
  });

  it('whose sender goes away leave nothing behind', async () => {
    covers('files/cap');
    const before = await count();
    const sending = request(`${address}/api/v1/files?name=half`, {
      method: 'POST',
      headers: {
        host: new URL(plugboard.app.config.publicUrl).host,
        authorization: `Bearer ${plugboard.adminKey}`,
        'content-length': 1_000_000,
      },
    });
    sending.on('error', () => undefined);
    sending.write(Buffer.alloc(600_000));
    while ((await count()).chunks === before.chunks) await setTimeout(20);
    sending.destroy();
    while ((await count()).files !== before.files) await setTimeout(20);
    expect(await count()).toEqual(before);
  });

  it('together fill what a workspace has, and no more', async () => {
    covers('files/together');
    await upload(plugboard, 'x');
    const full = async (change: object) => {
      await loose(plugboard.app.storage.writer).updateTable('file_usage').set(change).execute();
    };
    const { used } = await count();
    await full({ bytes: fileLimits.bytesTogether - 3 });
    expect((await tryUpload(plugboard, 'four')).statusCode).toBe(413);
    expect((await tryUpload(plugboard, 'abc')).statusCode).toBe(201);
    expect((await tryUpload(plugboard, 'd')).statusCode).toBe(413);
    await full({ bytes: 0, files: fileLimits.filesTogether - 1 });
    expect((await tryUpload(plugboard, 'e')).statusCode).toBe(201);
    expect((await tryUpload(plugboard, 'f')).json()).toMatchObject({
      error: { code: 'PAYLOAD_TOO_LARGE', message: expect.stringContaining('10000') },
    });
    await full({ bytes: used.bytes + 4, files: used.files + 2 });
  });

  it('that come at the same time do not take the same space', async () => {
    covers('files/together');
    const { used } = await count();
    const usage = loose(plugboard.app.storage.writer).updateTable('file_usage');
    await usage.set({ bytes: fileLimits.bytesTogether - 25 }).execute();
    const answers = await Promise.all(Array.from({ length: 5 }, () => tryUpload(plugboard, '0123456789')));
    expect(answers.map(({ statusCode }) => statusCode).toSorted()).toEqual([201, 201, 413, 413, 413]);
    await usage.set({ bytes: used.bytes + 20 }).execute();
  });

  it('live as long as they are told to, from a minute to a week', async () => {
    covers('files/expiry');
    for (const expiresIn of [59, 7 * 86_400 + 1])
      expect((await tryUpload(plugboard, 'x', { expiresIn })).statusCode).toBe(400);
    const brief = await upload(plugboard, 'x', { expiresIn: 60 });
    const long = await upload(plugboard, 'y', { expiresIn: 7 * 86_400 });
    time.now += 59_999;
    expect((await download(plugboard, brief)).statusCode).toBe(200);
    time.now += 1;
    expect((await download(plugboard, brief)).statusCode).toBe(404);
    expect((await plugboard.call(`GET /api/v1/files/${brief}`)).status).toBe(404);
    expect((await download(plugboard, long)).statusCode).toBe(200);
  });

  it('that have expired are swept with their bytes, and so is what never finished arriving', async () => {
    covers('files/expiry');
    const { storage } = plugboard.app;
    await sweepFiles(storage, new Date(time.now + 30 * 86_400_000).toISOString());
    expect(await count()).toEqual({ files: 0, chunks: 0, used: { files: 0, bytes: 0 } });
    await upload(plugboard, Buffer.alloc(600_000), { expiresIn: 60 });
    const kept = await upload(plugboard, 'kept');
    await storage.workspace(plugboard.workspaceId).transact(async ({ rows }) => {
      await rows.updateTable('files').set({ state: 'arriving' }).where('id', '!=', kept).execute();
    });
    expect(await sweepFiles(storage, new Date(time.now + 60_000).toISOString())).toBe(1);
    expect(await sweepFiles(storage, new Date(time.now + 60_000).toISOString())).toBe(0);
    expect(await count()).toEqual({ files: 1, chunks: 1, used: { files: 1, bytes: 4 } });
    expect((await download(plugboard, kept)).body).toBe('kept');
  });

  it('are deleted once', async () => {
    covers('files/delete');
    const before = await count();
    const id = await upload(plugboard, 'x');
    expect((await plugboard.call(`DELETE /api/v1/files/${id}`)).status).toBe(204);
    expect((await plugboard.call(`DELETE /api/v1/files/${id}`)).status).toBe(404);
    expect((await download(plugboard, id)).statusCode).toBe(404);
    expect(await count()).toEqual(before);
  });
});
