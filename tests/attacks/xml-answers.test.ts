import { createServer } from 'node:http';
import { beforeAll, expect, it } from 'vitest';
import { type DriveEmulator, startDrive } from '../emulators/drive.ts';
import { catalogFolder } from '../support/catalog-folder.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { connectDrive, drive } from '../support/drive.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';

const lol = Array.from({ length: 9 }, (_, n) => `<!ENTITY l${n + 1} "${`&l${n};`.repeat(10)}">`).join('');

describeOnDatabases('XML that attacks', ({ migrated }) => {
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

  const read = async (body: string) => {
    provider.said = { type: 'application/xml', body };
    const where = `POST /api/v1/connections/${connection}/tools/read_said/call`;
    return (await plugboard.call(where, { body: {} })).body;
  };

  it.each([
    ['a billion laughs', `<!DOCTYPE a [<!ENTITY l0 "lol">${lol}]><a>&l9;</a>`],
    ['a file of ours', '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'],
    ['a quadratic blow-up', `<!DOCTYPE a [<!ENTITY x "${'x'.repeat(10_000)}">]><a>${'&x;'.repeat(10_000)}</a>`],
    ['a document type in small letters', '<!doctype a [<!ENTITY x "y">]><a>&x;</a>'],
    ['a parameter entity', '<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1:1/x.dtd"> %x;]><a/>'],
  ])('is text and nothing more: %s', async (_what, body) => {
    covers('files/parsed');
    expect(await read(body)).toEqual({ status: 'ok', output: body });
  });

  it('reaches nobody', async () => {
    covers('files/parsed');
    const asked: (string | undefined)[] = [];
    const listener = createServer((request, response) => {
      asked.push(request.url);
      response.end();
    });
    const port = await new Promise<number>((resolve) => {
      listener.listen(0, '127.0.0.1', () => resolve(Number(Object(listener.address()).port)));
    });
    await read(
      `<!DOCTYPE a SYSTEM "http://127.0.0.1:${port}/a.dtd" [<!ENTITY x SYSTEM "http://127.0.0.1:${port}/x">]><a>&x;</a>`,
    );
    await read(`<a xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="http://127.0.0.1:${port}/i"/></a>`);
    await new Promise((resolve) => listener.close(resolve));
    expect(asked).toEqual([]);
  });

  it('is as deep and as long as we go, or text', async () => {
    covers('files/parsed');
    const nested = (depth: number) => `${'<a>'.repeat(depth)}${'</a>'.repeat(depth)}`;
    expect(typeof (await read(nested(100)))['output']).toBe('object');
    expect(typeof (await read(nested(102)))['output']).toBe('string');
    expect(typeof (await read(nested(100_000)))['output']).toBe('string');
    const long = (length: number) => `<a>${'x'.repeat(length - 7)}</a>`;
    expect(typeof (await read(long(256 * 1024)))['output']).toBe('object');
    expect(typeof (await read(long(256 * 1024 + 1)))['output']).toBe('string');
  });

  it('touches no prototype', async () => {
    covers('files/parsed');
    const { output } = await read('<a><__proto__><polluted>1</polluted></__proto__><constructor>2</constructor></a>');
    expect(output).toBeDefined();
    expect(Object.prototype).not.toHaveProperty('polluted');
  });

  it('hides no secret behind the way its characters are written', async () => {
    covers('files/parsed');
    const token = 'drv-token-0123456789abcdef';
    const hidden = [...token].map((character) => `&#${character.charCodeAt(0)};`).join('');
    expect(JSON.stringify(await read(`<a>${hidden}</a>`))).not.toContain(token);
  });
});
