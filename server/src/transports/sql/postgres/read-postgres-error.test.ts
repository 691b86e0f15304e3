import { expect, it } from 'vitest';
import { readPostgresError } from './read-postgres-error.ts';

const place = {
  engine: 'postgres',
  host: 'db.example',
  port: 1,
  database: 'x',
  tls: 'disable',
  ca: undefined,
} as const;
const read = (error: Error, sent = true) => readPostgresError(error, { place, sent });
const told = (code: string, message = 'words') => Object.assign(new Error(message), { severity: 'ERROR', code });

it.each([
  ['28P01', 'auth'],
  ['28000', 'auth'],
  ['42501', 'scope'],
  ['53300', 'busy'],
  ['25006', 'read_only'],
  ['42601', 'input'],
  ['3D000', 'input'],
  ['22012', 'input'],
  ['P0001', 'input'],
  ['57014', 'stopped'],
  ['57P01', 'stopped'],
  ['57P03', 'stopped'],
  ['53100', 'stopped'],
  ['40001', 'stopped'],
  ['40P01', 'stopped'],
  ['XX000', 'stopped'],
])('%s means %s, and that nothing was kept', (code, kind) => {
  expect(read(told(code))).toMatchObject({ kind, sent: false, message: expect.stringContaining('words') });
});

it('a pooler that drops what keeps reads read-only is refused in words', () => {
  const error = told('08P01', 'unsupported startup parameter in options: default_transaction_read_only');
  expect(read(error, false)).toMatchObject({ kind: 'input', message: expect.stringContaining('pooler') });
});

it('a connection that breaks leaves what was sent in doubt', () => {
  expect(read(new Error('Connection terminated unexpectedly'))).toMatchObject({ kind: 'lost', sent: true });
  expect(read(new Error('Connection terminated unexpectedly'), false)).toMatchObject({ kind: 'lost', sent: false });
  expect(read(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }))).toMatchObject({ kind: 'lost' });
});

it('a server that does not know the password either is turned down', () => {
  expect(read(new Error('SASL: SCRAM-SERVER-FINAL-MESSAGE: server signature does not match'), false)).toMatchObject({
    kind: 'auth',
  });
});
