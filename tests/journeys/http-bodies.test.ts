import { createHash, randomBytes } from 'node:crypto';
import { beforeAll, beforeEach, expect, it } from 'vitest';
import { type DriveEmulator, startDrive } from '../emulators/drive.ts';
import { catalogFolder } from '../support/catalog-folder.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { connectDrive, drive } from '../support/drive.ts';
import { download, upload } from '../support/files.ts';
import { loose } from '../support/loose-database.ts';
import { addPerson } from '../support/people.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';

describeOnDatabases('bodies', ({ migrated }) => {
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
    provider.fields.length = 0;
    provider.files.clear();
  });

  const call = async (tool: string, args: object, key = bold) =>
    (
      await plugboard.call(`POST /api/v1/connections/${connection}/tools/${tool}/call`, {
        key,
        body: { arguments: args },
      })
    ).body;
  const fileIn = (body: Record<string, unknown>) => {
    const { output } = body;
    return typeof output === 'object' && output !== null && 'file' in output ? Object(output.file) : undefined;
  };
  const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

  it('say of a file how it can be given', async () => {
    covers('files/arguments');
    const { body } = await plugboard.call('GET /api/v1/tools?q=put_file');
    expect(body['data']).toMatchObject([
      {
        input_schema: {
          properties: {
            file: { type: 'object', description: 'The file', properties: { ref: {}, url: {}, base64: {} } },
          },
        },
      },
    ]);
  });

  it('hold files and fields, streamed from where they are kept', async () => {
    covers('files/arguments', 'files/multipart');
    const [big, small] = [randomBytes(3_000_000), Buffer.from('a,b\n1,2\n')];
    const file = { ref: await upload(plugboard, big, { name: 'Größe "1".bin', type: 'application/x-thing' }) };
    const more = [
      { ref: await upload(plugboard, small, { name: 'b.csv' }), name: 'renamed.csv' },
      { base64: small.toString('base64'), name: 'c.csv', media_type: 'text/csv' },
    ];
    const args = { file, more, note: 'hi\r\nthere', tags: ['x', 'y'], facts: { n: 1 } };
    expect(await call('send_form', args)).toMatchObject({
      status: 'ok',
      output: {
        kept: [
          { name: 'Größe "1".bin', type: 'application/x-thing', size: big.length, sha256: sha256(big) },
          { name: 'renamed.csv', type: 'text/csv', sha256: sha256(small) },
          { name: 'c.csv', type: 'text/csv', sha256: sha256(small) },
        ],
      },
    });
    expect(provider.fields).toEqual([
      ['note', 'Note: hi\r\nthere'],
      ['tag', 'x'],
      ['tag', 'y'],
      ['facts', '{"n":1}'],
      ['kind', 'fixed'],
    ]);
    const [sent] = provider.ledger;
    expect(sent?.headers['content-length']).toBe(String(sent?.bytes));
    expect(sent?.headers['transfer-encoding']).toBeUndefined();
  });

  it.each([0, 1, 262_144, 700_000])('are one file as it is, of %i bytes', async (size) => {
    covers('files/arguments');
    const bytes = randomBytes(size);
    const file = { ref: await upload(plugboard, bytes, { type: 'image/png' }) };
    expect(await call('put_file', { name: 'photo', file })).toMatchObject({ status: 'ok', output: { size } });
    expect(provider.files.get('photo')?.type).toBe('image/png');
    expect(provider.files.get('photo')?.bytes.equals(bytes)).toBe(true);
    expect(provider.ledger[0]?.headers['content-length']).toBe(String(size));
  });

  it('that break off while they are sent leave the write unknown, and everything else as it was', async () => {
    covers('files/multipart');
    const big = { ref: await upload(plugboard, randomBytes(3_000_000)) };
    await loose(plugboard.app.storage.writer)
      .updateTable('file_chunks')
      .set({ sealed: Buffer.alloc(100) })
      .where('file_id', '=', big.ref)
      .where('place', '=', 5)
      .execute();
    const sent: Promise<Record<string, unknown>>[] = [
      call('send_form', { file: big }),
      call('put_file', { name: 'x', file: big }),
    ];
    for (const answer of sent) expect(await answer).toMatchObject({ status: 'outcome_unknown' });
    expect(provider.files.size).toBe(0);
    const whole = { ref: await upload(plugboard, 'whole') };
    expect(await call('put_file', { name: 'x', file: whole })).toMatchObject({ status: 'ok' });
  });

  it('are fetched from an address without the connection’s credential', async () => {
    covers('files/url');
    const bytes = randomBytes(5000);
    provider.files.set('public.bin', { name: 'public.bin', type: 'application/x-thing', bytes });
    const args = { name: 'copy', file: { url: `${provider.url}/public/public.bin` } };
    expect(await call('put_file', args)).toMatchObject({ status: 'ok', output: { sha256: sha256(bytes) } });
    expect(provider.ledger.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /public/public.bin',
      'PUT /files/copy',
    ]);
    expect(provider.ledger[0]?.headers).not.toHaveProperty('authorization');
    expect(provider.files.get('copy')?.type).toBe('application/x-thing');
  });

  it.each([
    ['that nobody has', { ref: '01890a5d-ac96-7abc-8def-0123456789ab' }, 'no such file'],
    ['that is none', { ref: 'x' }, 'no such file'],
    ['with other bytes than it says', { base64: 'YQ==', name: 'a', sha256: 'b'.repeat(64) }, 'other bytes'],
    ['in broken base64', { base64: 'YQ', name: 'a' }, 'base64'],
    ['under a broken media type', { base64: 'YQ==', name: 'a', media_type: 'x' }, 'media_type'],
    ['at no address', { url: 'file:///etc/passwd' }, 'http or https'],
    ['at an address with a user name', { url: 'https://ann:pw@example.com/' }, 'user name'],
    ['given twice', { ref: 'x', url: 'https://example.com/' }, 'forms'],
    ['given in no way', { name: 'x' }, 'required'],
    ['that is a text', 'x', 'object'],
  ])('refuse a file %s, and send nothing', async (_what, file, words) => {
    covers('files/arguments', 'files/url');
    const answer = await call('put_file', { name: 'x', file });
    expect(answer).toMatchObject({ status: 'rejected', reason: 'input' });
    expect(JSON.stringify(answer['problems'])).toContain('/file');
    expect(JSON.stringify(answer)).toContain(words);
    expect(provider.ledger).toEqual([]);
  });

  it('take 256 KiB of a file in the arguments and no more, and ten files', async () => {
    covers('files/arguments');
    const inline = (size: number) => ({ base64: Buffer.alloc(size, 7).toString('base64'), name: 'a' });
    expect(await call('put_file', { name: 'a', file: inline(262_144) })).toMatchObject({ status: 'ok' });
    expect(await call('put_file', { name: 'a', file: inline(262_145) })).toMatchObject({ status: 'rejected' });
    const ten = Array.from({ length: 9 }, (_, index) => inline(index + 1));
    expect(await call('send_form', { file: inline(100), more: ten })).toMatchObject({ status: 'ok' });
    const answer = await call('send_form', { file: inline(100), more: [...ten, inline(10)] });
    expect(answer).toMatchObject({ status: 'rejected', message: 'A call takes at most 10 files.' });
  });

  it('refuse a file of somebody else', async () => {
    covers('files/own');
    const eve = await addPerson(plugboard, 'MEMBER');
    const file = { ref: await upload(plugboard, 'theirs', { key: eve.token }) };
    expect(await call('put_file', { name: 'x', file })).toMatchObject({ status: 'rejected', reason: 'input' });
    expect(provider.ledger).toEqual([]);
  });

  it('that are files come as references, and go on as arguments', async () => {
    covers('files/answers');
    const bytes = randomBytes(1_500_000);
    provider.files.set('Jänner.pdf', { name: '', type: 'application/pdf', bytes });
    const file = fileIn(await call('get_file', { name: 'Jänner.pdf' }));
    expect(file).toEqual({
      ref: expect.any(String),
      name: 'Jänner.pdf',
      media_type: 'application/pdf',
      size: bytes.length,
    });
    expect((await download(plugboard, file.ref)).rawPayload.equals(bytes)).toBe(true);
    expect(await call('put_file', { name: 'back', file })).toMatchObject({ status: 'ok' });
    expect(provider.files.get('back')?.bytes.equals(bytes)).toBe(true);
  });

  it('are files where they are more than 4 KiB that nobody can read', async () => {
    covers('files/answers');
    const put = (bytes: Buffer, type: string) => provider.files.set('x', { name: '', type, bytes });
    put(Buffer.alloc(4096, 1), 'image/png');
    expect(await call('look_at_file', { name: 'x' })).toMatchObject({
      output: { bytes: 4096, base64: expect.any(String) },
    });
    put(Buffer.alloc(4097, 1), 'image/png');
    expect(fileIn(await call('look_at_file', { name: 'x' }))).toMatchObject({ size: 4097, media_type: 'image/png' });
    put(Buffer.alloc(4097, 'a'), 'text/plain');
    expect(await call('look_at_file', { name: 'x' })).toMatchObject({ output: 'a'.repeat(4097) });
  });

  it('that are too large to keep are refused, and nothing of them is kept', { timeout: 60_000 }, async () => {
    covers('files/answers', 'files/cap');
    const count = async () => (await plugboard.app.storage.rows.selectFrom('files').select('id').execute()).length;
    const before = await count();
    const big = (size: number) =>
      provider.files.set('x', { name: '', type: 'application/zip', bytes: Buffer.alloc(size) });
    big(50 * 1024 * 1024 + 1);
    expect(await call('get_file', { name: 'x' })).toMatchObject({ status: 'rejected', reason: 'input' });
    expect(await count()).toBe(before);
    big(50 * 1024 * 1024);
    expect(fileIn(await call('get_file', { name: 'x' }))).toMatchObject({ size: 50 * 1024 * 1024 });
  });

  it('that say why there is no file are understood as ever', async () => {
    covers('files/answers');
    expect(await call('get_file', { name: 'nonesuch' })).toEqual({
      status: 'rejected',
      reason: 'input',
      message: 'The provider answered 404: There is no such file.',
    });
  });

  it('that are files go through as they are to who asks for the provider’s own answer', async () => {
    covers('files/answers');
    const before = await plugboard.app.storage.rows.selectFrom('files').select('id').execute();
    provider.files.set('x', { name: '', type: 'image/png', bytes: Buffer.alloc(9000, 3) });
    const passed = await plugboard.call(`POST /v1/tools/connectors/drive/connections/${connection}/get_file`, {
      body: { path_params: { name: 'x' } },
    });
    expect(passed.headers).toMatchObject({ 'content-type': 'image/png', 'content-length': '9000' });
    expect(await plugboard.app.storage.rows.selectFrom('files').select('id').execute()).toEqual(before);
  });

  it.each([
    ['application/xml', '<a x="1"><b>2</b><b>3</b></a>', { a: { '@x': '1', b: ['2', '3'] } }],
    ['text/xml; charset=utf-8', '<?xml version="1.0"?><a>&lt;&#33;</a>', { a: '<!' }],
    ['application/atom+xml', '<feed><entry/></feed>', { feed: { entry: '' } }],
    ['application/x-www-form-urlencoded', 'a=1&b=x+y&a=2', { a: ['1', '2'], b: 'x y' }],
    ['image/svg+xml', '<svg><a/></svg>', '<svg><a/></svg>'],
    ['text/html', '<a>x</a>', '<a>x</a>'],
    ['application/xml', '<a><b></a>', '<a><b></a>'],
  ])('of the type %s are understood: %s', async (type, body, output) => {
    covers('files/parsed');
    provider.said = { type, body };
    expect(await call('read_said', {})).toEqual({ status: 'ok', output });
  });
});
