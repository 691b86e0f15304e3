import { connect } from 'node:net';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bareApp, fixedAccess } from '../../../../tests/support/bare-app.ts';
import { createServer } from '../create-server.ts';
import { dashboardDoor } from './dashboard-door.ts';
import { pagesDoor } from '../pages/pages-door.ts';
import { routes } from '../routes/index.ts';

const source = join(import.meta.dirname, '../../../../dashboard/src');
const headers = { host: 'localhost:7400' };
const folder = mkdtempSync(join(tmpdir(), 'plugboard-dashboard-'));
let server: FastifyInstance;
let odd: FastifyInstance;
let address: string;

beforeAll(async () => {
  const app = await bareApp({ access: fixedAccess({ owner: {} }) });
  server = createServer(app, { routes, doors: [pagesDoor(undefined), dashboardDoor(source)] });
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html>first');
  writeFileSync(join(folder, 'assets', 'app.js'), 'export {};');
  for (const name of ['.hidden.js', 'notes.txt', 'page.test.ts', ':id.js', '*.js'])
    writeFileSync(join(folder, name), 'x');
  symlinkSync('/etc/hostname', join(folder, 'link.js'));
  odd = createServer(app, { routes: [], doors: [dashboardDoor(folder)] });
  address = await odd.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(async () => {
  await Promise.all([server.close(), odd.close()]);
  rmSync(folder, { recursive: true, force: true });
});

describe('the dashboard', () => {
  it.each([
    ['/', 'text/html; charset=utf-8'],
    ['/style.css', 'text/css; charset=utf-8'],
    ['/page.js', 'text/javascript; charset=utf-8'],
    ['/favicon.svg', 'image/svg+xml'],
  ])('%s is for everybody', async (url, type) => {
    const response = await server.inject({ url, headers });
    expect(response.statusCode).toBe(200);
    expect(response.headers['content-type']).toBe(type);
  });

  it('allows its pages nothing inline and nothing from elsewhere', async () => {
    const response = await server.inject({ url: '/', headers });
    expect(response.headers['content-security-policy']).toBe(
      "default-src 'none'; style-src 'self'; img-src 'self' data:; connect-src 'self'; script-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
    );
    expect(response.headers['x-content-type-options']).toBe('nosniff');
    expect(response.body).not.toMatch(
      /<style|<script(?![^>]*\ssrc="\/)|\sstyle=|\son\w+=|(?:src|href)="(?:https?:)?\/\//,
    );
  });

  it('links to nothing of ours that is not there', async () => {
    const { body } = await server.inject({ url: '/', headers });
    const links = [...body.matchAll(/(?:href|src|data-path)="(\/[^"]*)"/g)].map(([, link = '']) => link);
    expect(links).toContain('/docs');
    for (const url of links.filter((link) => link !== '/mcp')) {
      const response = await server.inject({ url, headers: { ...headers, authorization: 'Bearer owner' } });
      expect([url, response.statusCode]).toEqual([url, 200]);
    }
  });

  it('is sent again only where it has changed', async () => {
    const { headers: sent } = await server.inject({ url: '/', headers });
    expect(sent['cache-control']).toBe('no-cache');
    for (const tag of [String(sent.etag), `W/${String(sent.etag)}`, `"other", ${String(sent.etag)}`, '*']) {
      const response = await server.inject({ url: '/', headers: { ...headers, 'if-none-match': tag } });
      expect([response.statusCode, response.body, response.headers.etag]).toEqual([304, '', sent.etag]);
    }
    const stale = await server.inject({ url: '/', headers: { ...headers, 'if-none-match': '"other"' } });
    expect(stale.statusCode).toBe(200);
  });

  it('answers HEAD with the headers of GET', async () => {
    const [get, head] = await Promise.all([
      server.inject({ url: '/', headers }),
      server.inject({ method: 'HEAD', url: '/', headers }),
    ]);
    expect(head.statusCode).toBe(200);
    expect(head.body).toBe('');
    for (const name of ['content-length', 'content-type', 'etag', 'content-security-policy'])
      expect(head.headers[name]).toBe(get.headers[name]);
  });

  it('S7: is not there for a foreign Host, nor for another method', async () => {
    expect((await server.inject({ url: '/', headers: { host: 'evil.example' } })).statusCode).toBe(400);
    expect((await server.inject({ method: 'POST', url: '/', headers })).statusCode).toBe(401);
  });
});

describe('what it does not serve', () => {
  it('serves files of folders by their path', async () => {
    expect((await odd.inject({ url: '/assets/app.js', headers })).body).toBe('export {};');
  });

  it.each([
    '/.hidden.js',
    '/notes.txt',
    '/page.test.ts',
    '/:id.js',
    '/other.js',
    '/link.js',
    '/index.html',
    '/assets/',
  ])('%s is nothing to strangers', async (url) => {
    expect((await odd.inject({ url, headers })).statusCode).toBe(401);
  });

  it.each([
    '/../package.json',
    '/%2e%2e/package.json',
    '/..%2fpackage.json',
    '/assets/..%5c..%5cpackage.json',
    '//etc/passwd',
  ])('S12: %s as it is written leads nowhere', async (path) => {
    const socket = connect(Number(new URL(address).port), '127.0.0.1');
    socket.end(`GET ${path} HTTP/1.1\r\nhost: localhost:7400\r\nconnection: close\r\n\r\n`);
    expect(await text(socket)).toMatch(/^HTTP\/1.1 40[01] /);
  });

  it('keeps what it read at the start', async () => {
    writeFileSync(join(folder, 'index.html'), '<!doctype html>second');
    expect((await odd.inject({ url: '/', headers })).body).toContain('first');
  });

  it('says at the start where there is no dashboard', () => {
    expect(() => dashboardDoor(join(folder, 'assets'))).toThrow(/has no index.html/);
    expect(() => dashboardDoor(join(folder, 'nowhere'))).toThrow(/ENOENT/);
  });
});
