import { expect, it } from 'vitest';
import { SqlFault } from '../sql-fault.ts';
import { readMysqlError } from './read-mysql-error.ts';

const place = { engine: 'mysql', host: 'db.example', port: 1, database: 'x', tls: 'require', ca: undefined } as const;
const read = (error: unknown, sent = true) => readMysqlError(error, { place, sent });
const told = (errno: number) => Object.assign(new Error('words'), { errno, sqlState: 'HY000', code: 'ER_X' });

it.each([
  [1045, 'auth', false],
  [1142, 'scope', false],
  [1040, 'busy', false],
  [1226, 'busy', false],
  [1792, 'read_only', false],
  [1064, 'input', false],
  [1062, 'input', false],
  [1295, 'input', false],
  [1205, 'stopped', false],
  [1213, 'stopped', false],
  [1317, 'stopped', true],
  [1969, 'stopped', true],
  [3024, 'stopped', true],
])('%i means %s; in doubt: %s', (errno, kind, sent) => {
  expect(read(told(errno))).toMatchObject({ kind, sent, message: expect.stringContaining('words') });
});

it.each([
  ['HANDSHAKE_NO_SSL_SUPPORT', 'lost', 'does not speak TLS'],
  ['HANDSHAKE_SSL_ERROR', 'lost', 'secure connection'],
  ['AUTH_SWITCH_PLUGIN_ERROR', 'auth', 'way to sign in'],
  ['PROTOCOL_CONNECTION_LOST', 'lost', 'broke'],
])('%s means %s', (code, kind, words) => {
  expect(read(Object.assign(new Error('x'), { code }))).toMatchObject({
    kind,
    message: expect.stringContaining(words),
  });
});

it('what is known already stays what it is', () => {
  const fault = new SqlFault('input', 'x');
  expect(read(fault)).toBe(fault);
});
