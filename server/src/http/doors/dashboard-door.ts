import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Door } from '../create-server.ts';

/**
 * `GET /` and the files beside it, for everybody. They are read once, now, into memory, and each gets a route of its own: no
 * path from outside ever reaches the disk. Throws where the folder or its index.html is missing.
 */
export function dashboardDoor(folder: string): Door {
  const files = readFiles(folder);
  if (!files.some(({ url }) => url === '/')) throw new Error(`The dashboard in ${folder} has no index.html.`);
  return (server) => {
    for (const file of files) {
      server.route({
        method: 'GET',
        url: file.url,
        config: { access: 'public' },
        handler: (request, reply) => answer(file, request, reply),
      });
    }
  };
}

interface StaticFile {
  readonly url: string;
  readonly contentType: string;
  readonly etag: string;
  readonly content: Buffer;
}

/** By ending; a file of another kind is not served. */
const contentTypes = new Map([
  ['.html', 'text/html; charset=utf-8'],
  ['.css', 'text/css; charset=utf-8'],
  ['.js', 'text/javascript; charset=utf-8'],
  ['.svg', 'image/svg+xml'],
  ['.png', 'image/png'],
  ['.ico', 'image/x-icon'],
  ['.woff2', 'font/woff2'],
]);

/** Names that mean themselves in a URL and in a route; a hidden file has none. */
const plainName = /^[A-Za-z0-9_-][A-Za-z0-9._-]*(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/;

function readFiles(folder: string): readonly StaticFile[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) => {
    const path = join(entry.parentPath, entry.name);
    const name = relative(folder, path).replaceAll(sep, '/');
    const contentType = contentTypes.get(extname(name));
    if (!entry.isFile() || contentType === undefined || !plainName.test(name)) return [];
    const content = readFileSync(path);
    const etag = `"${createHash('sha256').update(content).digest('base64url')}"`;
    return [{ url: name === 'index.html' ? '/' : `/${name}`, contentType, etag, content }];
  });
}

/** What our own pages may do (S12): nothing inline, nothing from elsewhere, framed by nobody. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "script-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'self'",
].join('; ');

function answer(file: StaticFile, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  reply.headers({
    'content-security-policy': contentSecurityPolicy,
    // Kept, but asked about every time: names say nothing of a version.
    'cache-control': 'no-cache',
    etag: file.etag,
  });
  if (isKnown(request.headers['if-none-match'], file.etag)) return reply.code(304).send();
  return reply.type(file.contentType).send(file.content);
}

/** Weak comparison (RFC 9110 §13.1.2). */
function isKnown(header: string | undefined, etag: string): boolean {
  const known = header?.split(',').map((tag) => tag.trim().replace(/^W\//, '')) ?? [];
  return known.includes(etag) || known.includes('*');
}
