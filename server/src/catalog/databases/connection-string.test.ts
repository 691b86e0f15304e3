import { describe, expect, it } from 'vitest';
import { readConnectionString } from './connection-string.ts';

describe('a connection string', () => {
  it.each([
    [
      'postgres://app:p%40ss%3A%2Fw%23rd%25@db.example.com:5433/sales?sslmode=require',
      { user: 'app', password: 'p@ss:/w#rd%', host: 'db.example.com', port: '5433', database: 'sales', tls: 'require' },
    ],
    ['postgresql://app@db/sales', { user: 'app', host: 'db', database: 'sales' }],
    ['POSTGRES://app:a:b@db', { user: 'app', password: 'a:b', host: 'db' }],
    ['postgres://app:@[2001:db8::1]:5432/', { user: 'app', password: '', host: '2001:db8::1', port: '5432' }],
    ['postgres://db/%D0%BF%D1%80', { host: 'db', database: 'пр' }],
  ])('of PostgreSQL is taken apart: %s', (text, parts) => {
    expect(readConnectionString(text, 'postgres')).toEqual({ ok: true, parts });
  });

  it.each([
    [
      'mysql://app:x@db/shop?ssl-mode=VERIFY_IDENTITY',
      { user: 'app', password: 'x', host: 'db', database: 'shop', tls: 'verify-full' },
    ],
    [
      'mariadb://app:x@db:3307/shop?sslmode=disable',
      { user: 'app', password: 'x', host: 'db', port: '3307', database: 'shop', tls: 'disable' },
    ],
  ])('of MySQL is taken apart: %s', (text, parts) => {
    expect(readConnectionString(text, 'mysql')).toEqual({ ok: true, parts });
  });

  it.each(['sqlite:sales/a%20b.db', 'sqlite://sales/a%20b.db', 'sqlite:///sales/a%20b.db'])('of SQLite: %s', (text) => {
    expect(readConnectionString(text, 'sqlite')).toEqual({ ok: true, parts: { file: 'sales/a b.db' } });
  });

  it.each([
    ['another scheme', 'mysql://app:s3cret-word@db/x'],
    ['no scheme', 'app:s3cret-word@db/x'],
    ['keywords', 'host=db user=app password=s3cret-word'],
    ['an @ that is not encoded', 'postgres://app:s3cret@word@db/x'],
    ['a / that is not encoded', 'postgres://app:s3cret/word@db/x'],
    ['a / behind digits', 'postgres://app:123/s3cret-word@db/x'],
    ['a ? that is not encoded', 'postgres://app:s3cret?word@db/x'],
    ['a ? behind digits', 'postgres://app:123?s3cret-word@db/x'],
    ['a # that is not encoded', 'postgres://app:s3cret#word@db/x'],
    ['a % that is not encoded', 'postgres://app:s3cret%word@db/x'],
    ['a port that is none', 'postgres://app:x@db:s3cret-word/x'],
    ['several hosts', 'postgres://app:s3cret-word@db,other/x'],
    ['no host', 'postgres://app:s3cret-word@/x'],
    ['a socket folder', 'postgres://app:s3cret-word@%2Fvar%2Frun%2Fpostgresql/x'],
    ['a host in a parameter', 'postgres://app:s3cret-word@db/x?host=/var/run'],
    ['another host in a parameter', 'postgres://app:s3cret-word@db/x?hostaddr=10.0.0.1'],
    ['a service', 'postgres://app:s3cret-word@db/x?service=prod'],
    ['a password file', 'postgres://app:s3cret-word@db/x?passfile=/root/.pgpass'],
    ['a client certificate', 'postgres://app:s3cret-word@db/x?sslcert=/etc/key.pem'],
    ['a root certificate', 'postgres://app:s3cret-word@db/x?sslmode=verify-full&sslrootcert=/etc/ca.pem'],
    ['server options', 'postgres://app:s3cret-word@db/x?options=-c%20default_transaction_read_only%3Doff'],
    ['an unknown parameter', 'postgres://app:x@db/x?s3cret-word=1'],
    ['TLS if it happens', 'postgres://app:s3cret-word@db/x?sslmode=prefer'],
    ['TLS twice', 'postgres://app:s3cret-word@db/x?sslmode=require&sslmode=disable'],
    ['an inherited word', 'postgres://app:s3cret-word@db/x?sslmode=constructor'],
  ])('with %s is refused in a sentence that repeats none of it', (_, text) => {
    const read = readConnectionString(text, 'postgres');
    expect(read).toMatchObject({ ok: false, message: expect.stringMatching(/^\w.+\.$/) });
    expect(JSON.stringify(read)).not.toMatch(/s3cret|-word|123/);
  });

  it.each([
    'mysql://a:b@db/x?socketPath=/tmp/mysql.sock',
    'mysql://a:b@db/x?multipleStatements=true',
    'mysql://a:b@db/x?ssl={"rejectUnauthorized":false}',
    'mysql://a:b@db/x?ssl-mode=PREFERRED',
    'mysql://a:b@db/x?flags=LOCAL_FILES',
  ])('of MySQL is refused: %s', (text) => {
    expect(readConnectionString(text, 'mysql').ok).toBe(false);
  });

  it.each(['file:sales.db', 'sqlite:sales.db?mode=rwc', 'sqlite:a#b', '/etc/passwd'])(
    'of SQLite is refused: %s',
    (text) => {
      expect(readConnectionString(text, 'sqlite').ok).toBe(false);
    },
  );
});
