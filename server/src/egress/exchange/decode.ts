import type { Transform } from 'node:stream';
import { promisify } from 'node:util';
import * as zlib from 'node:zlib';
import type { Head } from './exchange.ts';

/** A content coding we undo. */
export type Coding = 'gzip' | 'deflate' | 'br' | 'zstd';

/** What a request says it accepts. */
export const acceptedCodings = 'gzip, deflate, br, zstd';

const mostCodings = 3;
const gunzip = promisify(zlib.gunzip);
const inflate = promisify(zlib.inflate);
const inflateRaw = promisify(zlib.inflateRaw);
const brotli = promisify(zlib.brotliDecompress);
const zstd = promisify<zlib.InputType, zlib.ZstdOptions, Buffer>(zlib.zstdDecompress);

/** RFC 9659: a window of at most 8 MiB. */
const zstdWindow = { params: { [zlib.constants.ZSTD_d_windowLogMax]: 23 } };

/** The codings of an answer in the order they are undone. None where one is unknown: such a body is handed on as it came. */
export function codingsOf({ headers }: Pick<Head, 'headers'>): readonly Coding[] {
  const written = headers['content-encoding'];
  if (written === undefined) return [];
  const names = (typeof written === 'string' ? written : written.join(',')).split(',');
  const codings = names.map((name) => knownCoding(name.trim().toLowerCase())).filter((coding) => coding !== 'identity');
  const known = codings.filter((coding) => coding !== undefined);
  return known.length === codings.length && known.length <= mostCodings ? known.reverse() : [];
}

/** A body with its codings undone, of at most so many bytes after each; zlib's `ERR_BUFFER_TOO_LARGE` beyond. */
export async function decodeBody(body: Buffer, codings: readonly Coding[], maxBytes: number): Promise<Buffer> {
  if (body.length === 0) return body;
  let decoded = body;
  for (const coding of codings) decoded = await decodeOnce(decoded, coding, maxBytes);
  return decoded;
}

/** The headers of an answer whose codings were undone. */
export function decodedHeaders(headers: Head['headers']): Head['headers'] {
  const { 'content-encoding': _coding, 'content-length': _length, ...rest } = headers;
  return rest;
}

/** A stream that undoes one coding. */
export function createDecoder(coding: Coding): Transform {
  switch (coding) {
    case 'gzip':
      return zlib.createGunzip();
    case 'deflate':
      return zlib.createInflate();
    case 'br':
      return zlib.createBrotliDecompress();
    case 'zstd':
      return zlib.createZstdDecompress(zstdWindow);
  }
}

async function decodeOnce(body: Buffer, coding: Coding, maxOutputLength: number): Promise<Buffer> {
  switch (coding) {
    case 'gzip':
      return gunzip(body, { maxOutputLength });
    case 'deflate':
      return isZlib(body) ? inflate(body, { maxOutputLength }) : inflateRaw(body, { maxOutputLength });
    case 'br':
      return brotli(body, { maxOutputLength });
    case 'zstd':
      return zstd(body, { maxOutputLength, ...zstdWindow });
  }
}

/** Some servers send bare DEFLATE data; RFC 1950 data begins with method 8. */
function isZlib(body: Buffer): boolean {
  return ((body[0] ?? 0) & 0x0f) === 8;
}

function knownCoding(name: string): Coding | 'identity' | undefined {
  if (name === 'x-gzip') return 'gzip';
  if (name === '' || name === 'identity') return 'identity';
  return name === 'gzip' || name === 'deflate' || name === 'br' || name === 'zstd' ? name : undefined;
}
