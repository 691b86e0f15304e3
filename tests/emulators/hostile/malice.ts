import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';

/** What a provider does to a request, byte by byte; the socket stays open unless it says otherwise. */
export type Malice = (socket: Socket) => void;

const megabyte = Buffer.alloc(1024 * 1024, 120);

/** An honest answer with a body of JSON. */
export function honest(body: string, more = ''): string {
  return `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n${more}\r\n${body}`;
}

/** Answers with these bytes, and closes then. */
function says(answer: string | Buffer): Malice {
  return (socket) => socket.end(answer);
}

/** Answers with these bytes and then with nothing. */
function stopsAfter(answer: string): Malice {
  return (socket) => socket.write(answer);
}

/** Answers with these bytes, and then with these again and again, every so often. */
function drips(beginning: string, drop: string, everyMs = 20): Malice {
  return (socket) => {
    socket.write(beginning);
    const timer = setInterval(() => socket.write(drop), everyMs);
    socket.once('close', () => clearInterval(timer));
  };
}

/** Answers with these bytes, and then with as many more as the other side takes. */
function pours(beginning: string, piece: Buffer | string): Malice {
  return (socket) => {
    const pour = (): void => {
      while (!socket.destroyed && socket.write(piece));
    };
    socket.write(beginning);
    socket.on('drain', pour);
    pour();
  };
}

function cutOff(beginning: string): Malice {
  return (socket) => {
    socket.write(beginning, () => setTimeout(() => socket.resetAndDestroy(), 20));
  };
}

const headers = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n';
const zipped = `${headers}content-encoding: gzip\r\n`;

function withLength(beginning: string, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${beginning}content-length: ${body.length}\r\n\r\n`), body]);
}

/** Eighty members of a hundred megabytes each (RFC 1952 §2.2): eight gigabytes in less than the ten megabytes we take. */
function bomb(): Buffer {
  const member = gzipSync(Buffer.alloc(100 * megabyte.length));
  return Buffer.concat(Array.from({ length: 80 }, () => member));
}

/** Provider faults after which there is no answer. */
export const unanswered: Readonly<Record<string, Malice>> = {
  'accepts and never answers': () => undefined,
  'closes without a word': (socket) => socket.end(),
  'resets at once': (socket) => socket.resetAndDestroy(),
  'drips its headers': drips(`${headers}x-drip: `, 'y'),
  'drips its body': drips(`${headers}content-length: 100000\r\n\r\n`, 'y'),
  'stops in the middle of its body': stopsAfter(`${headers}content-length: 100\r\n\r\n{"a":`),
  'resets in the middle of its body': cutOff(`${headers}content-length: 100\r\n\r\n{"a":`),
  'ends its body too soon': says(`${headers}content-length: 100\r\n\r\n{"a":1}`),
  'ends a chunked body too soon': says(`${headers}transfer-encoding: chunked\r\n\r\n5\r\n{"a":\r\n`),
  'says two lengths': says(`${headers}content-length: 2\r\ncontent-length: 7\r\n\r\n{"a":1}`),
  'says length and chunks': says(
    `${headers}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`,
  ),
  'speaks another protocol': says('SSH-2.0-OpenSSH_9.9\r\n'),
  'answers with noise': says(randomBytes(4096)),
  'sends interim answers without end': drips('', 'HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n', 1),
  'switches protocols unasked': says(
    'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n',
  ),
  'cuts compressed data short': says(withLength(zipped, gzipSync(randomBytes(1000)).subarray(0, 500))),
  'calls text compressed': says(withLength(zipped, Buffer.from('{"a":1}'))),
};

/** Answers that are more than we take. */
export const oversized: Readonly<Record<string, () => Malice>> = {
  'a body of ten gigabytes': () => pours(`${headers}content-length: 10737418240\r\n\r\n`, megabyte),
  'a chunked body without end': () =>
    pours(
      `${headers}transfer-encoding: chunked\r\n\r\n`,
      Buffer.concat([Buffer.from('100000\r\n'), megabyte, Buffer.from('\r\n')]),
    ),
  'a bomb of eight gigabytes': () => says(withLength(zipped, bomb())),
  'headers without end': () => pours('HTTP/1.1 200 OK\r\n', `x-filler: ${'y'.repeat(8192)}\r\n`),
  'one header of a megabyte': () => says(`HTTP/1.1 200 OK\r\nx-huge: ${'y'.repeat(megabyte.length)}\r\n\r\n`),
};

/** Odd answers that are answers all the same, and what is made of each. */
export const odd: Readonly<Record<string, readonly [Malice, unknown]>> = {
  'sends more than it announced': [says(`${headers}content-length: 7\r\n\r\n{"a":1}HTTP/1.1 200 OK\r\n\r\n`), { a: 1 }],
  'calls a page JSON': [says(withLength(headers, Buffer.from('<html>No</html>'))), '<html>No</html>'],
  'breaks off its JSON': [says(withLength(headers, Buffer.from('{"a":'))), '{"a":'],
  'sends bytes that are no UTF-8': [says(withLength(headers, Buffer.from([0x22, 0xff, 0xfe, 0x22]))), '\uFFFD\uFFFD'],
  'repeats a header a thousand times': [stopsAfter(honest('{"a":1}', 'x-again: and again\r\n'.repeat(1000))), { a: 1 }],
  'sends a hundred interim answers first': [
    stopsAfter(`${'HTTP/1.1 102 Processing\r\n\r\n'.repeat(100)}${honest('{"a":1}')}`),
    { a: 1 },
  ],
};
