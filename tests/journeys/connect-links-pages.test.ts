import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { mostLogoBytes } from '../../server/src/links/brand/read-logo.ts';
import { browse, type Shown } from '../support/browsing.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { makeLink, openTheLink, pathIn, plain } from '../support/link-pages.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';

const brandPath = '/api/v1/workspaces/default/brand';
/** A PNG as far as anybody looks, of any size, that does not shrink. */
const png = (bytes: number) => {
  const noise = Array.from({ length: bytes - 8 }, (_, index) => (index * 7919 + (index >> 3) * 104_729) % 251);
  return Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, ...noise]);
};
const dataOf = (bytes: Buffer, type = 'image/png') => `data:${type};base64,${bytes.toString('base64')}`;

describeOnDatabases('the pages of a link', ({ migrated }) => {
  let plugboard: Plugboard;
  let app: string;

  beforeAll(async () => {
    plugboard = await startPlugboard(await migrated());
    app = await plugboard.mint({ kind: 'app' });
  });

  const link = (body: object = {}) => makeLink(plugboard, app, body);
  const setBrand = (body: object) => plugboard.call(`PUT ${brandPath}`, { body });
  const lang = ({ text }: Shown) => /<html lang="([^"]+)"/.exec(text)?.[1];

  describe('speak the language', () => {
    it.each([
      { body: { locale: 'de' }, asked: undefined, spoken: 'de', title: 'Konto verbinden' },
      { body: { locale: 'pt-BR' }, asked: 'fr-CH, en;q=0.5', spoken: 'fr', title: 'Connecter un compte' },
      { body: {}, asked: 'ja', spoken: 'ja', title: 'アカウントを接続する' },
      { body: {}, asked: 'es-MX', spoken: 'es', title: 'Conectar una cuenta' },
      { body: {}, asked: undefined, spoken: 'en', title: 'Connect an account' },
    ])('of the link, else of the browser: $body $asked', async ({ body, asked, spoken, title }) => {
      covers('connect-links/languages');
      const { url } = await link(body);
      const headers = asked === undefined ? {} : { 'accept-language': asked };
      const shown = await browse(plugboard).open(pathIn(url), headers);
      expect([lang(shown), shown.headers['content-language']]).toEqual([spoken, spoken]);
      expect(shown.text).toContain(title);
    });
  });

  describe('look like the app', () => {
    it('with its name, its logo and its colour, and as ours where it has none', async () => {
      covers('connect-links/brand');
      const logo = dataOf(png(600));
      const set = await setBrand({ name: 'Acme Robots', logo, colour: '#FFD400' });
      expect(set).toMatchObject({ status: 200, body: { name: 'Acme Robots', logo, colour: '#ffd400' } });
      expect((await plugboard.call(`GET ${brandPath}`)).body).toEqual(set.body);
      const { url } = await link();
      const { text } = await browse(plugboard).open(pathIn(url));
      expect(text).toContain('Acme Robots');
      expect(plain(text)).toContain(`src="${logo}"`);
      const sheet = await browse(plugboard).open('/pages/colour/ffd400.css');
      expect(sheet.text).toMatch(/^:root\{--brass:light-dark\(#[0-9a-f]{6},#ffd400\)/);
      expect((await setBrand({})).body).toEqual({ name: null, logo: null, colour: null, shown: null });
      expect((await browse(plugboard).open(pathIn(url))).text).not.toContain('Acme Robots');
    });

    it.each([
      [dataOf(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'image/svg+xml'), 'PNG, JPEG or WebP'],
      [dataOf(Buffer.from('<svg onload="alert(1)"/>')), 'bytes say otherwise'],
      [dataOf(png(mostLogoBytes + 1)), 'at most 32768'],
      ['https://cdn.example/logo.png', 'data: address'],
      ['data:image/png,plain', 'data: address'],
      [`${dataOf(png(60))}" onerror="alert(1)`, 'data: address'],
    ])('with no logo such as %.40s', async (logo, message) => {
      covers('connect-links/brand');
      const refused = await setBrand({ logo });
      expect([refused.status, refused.text.includes(message)]).toEqual([400, true]);
    });

    it.each(['red', '#fff', '#12345g', '#123456;}', 'url(x)'])('with no colour such as %s', async (colour) => {
      expect((await setBrand({ colour })).status).toBe(400);
      expect((await browse(plugboard).open(`/pages/colour/${encodeURIComponent(colour.slice(1))}.css`)).status).toBe(
        404,
      );
    });
  });

  it('are less than 60 KB with everything they load, and load nothing from elsewhere', async () => {
    covers('connect-links/small');
    await setBrand({ name: 'Acme', logo: dataOf(png(mostLogoBytes)), colour: '#1d4ed8' });
    const browser = browse(plugboard);
    const pages = [await browser.open(pathIn((await link()).url)), await openTheLink(browser, (await link()).url)];
    for (const id of ['postgres', 'salesforce', 'github'])
      pages.push(
        await openTheLink(
          browser,
          (await link({ connectors: [id] }).catch(() => link({ connectors: ['gitlab'] }))).url,
        ),
      );
    for (const { text } of pages) {
      const loaded = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address = '']) => plain(address));
      const assets = loaded.filter((address) => /^\/(?:pages|brand)\//.test(address));
      expect(assets.length).toBeGreaterThan(1);
      expect(text).not.toMatch(/(?:src|srcset|action|data)="(?:https?:)?\/\//);
      let bytes = gzipSync(text).length;
      for (const address of new Set(assets)) {
        const { status, text: asset } = await browser.open(address);
        expect([address, status]).toEqual([address, 200]);
        bytes += gzipSync(asset).length;
      }
      expect(bytes).toBeLessThan(60 * 1024);
    }
    await setBrand({});
  });

  it('connect.js is for pages of every origin, kept for a day, and sent again only where it has changed', async () => {
    covers('connect-links/connect-js');
    const { host } = new URL(plugboard.app.config.publicUrl);
    for (const url of ['/connect.js', '/connect.mjs']) {
      const first = await plugboard.server.inject({ url, headers: { host } });
      expect(first.headers).toMatchObject({
        'content-type': 'text/javascript; charset=utf-8',
        'cache-control': 'public, max-age=86400',
        'cross-origin-resource-policy': 'cross-origin',
      });
      expect(gzipSync(first.body).length).toBeLessThan(2_500);
      const again = await plugboard.server.inject({
        url,
        headers: { host, 'if-none-match': String(first.headers.etag) },
      });
      expect([again.statusCode, again.body]).toEqual([304, '']);
    }
  });
});
