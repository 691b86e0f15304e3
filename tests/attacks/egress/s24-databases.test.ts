import { createServer } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ServerPlace } from '../../../server/src/catalog/databases/database-place.ts';
import type { Egress } from '../../../server/src/egress/egress.ts';
import { newPostgres } from '../../support/databases.ts';
import { hasMariadb, type Mariadb, startMariadb } from '../../support/mariadb.ts';
import { switchOnTls, type Target, targetAt } from '../../support/postgres-target.ts';
import { rowsOf, sqlAt } from '../../support/sql-call.ts';
import { makeCertificate } from './certificate.ts';
import { countDials, nameServer, openEgress } from './support.ts';

const certificate = makeCertificate('db.example');
const opened: (() => unknown)[] = [];
afterAll(async () => {
  for (const close of opened.reverse()) await close();
});

function keep(egress: Egress): Egress {
  opened.push(() => egress.close());
  return egress;
}

/** A door to this machine under two names. */
const door = () => {
  const { resolver } = nameServer({ 'db.example': ['127.0.0.1'], 'other.example': ['127.0.0.1'] });
  return keep(openEgress({ allow: ['127.0.0.1'], resolver }));
};

const user = { user: 'app', password: 'a-password-0123456789' };
const placeAt = (host: string, more: Partial<ServerPlace> = {}): ServerPlace => {
  const plain = { engine: 'postgres', port: 5432, database: 'x', tls: 'disable', ca: undefined } as const;
  return { ...plain, host, ...more };
};

describe('S24: a database is dialled through the guard alone', () => {
  it.each([
    'localhost',
    '127.0.0.1',
    '::1',
    '0.0.0.0',
    '10.0.0.1',
    '192.168.1.1',
    '100.64.0.1',
    '169.254.169.254',
    'fd00:ec2::254',
    '::ffff:10.0.0.1',
    'metadata.google.internal',
    'inside.example',
    'both.example',
  ])('and never at %s', async (host) => {
    const { resolver } = nameServer({ 'inside.example': ['10.1.2.3'], 'both.example': ['93.184.215.14', '127.0.0.1'] });
    const egress = keep(openEgress({ resolver }));
    const dials = await countDials(async () => {
      for (const engine of ['postgres', 'mysql'] as const)
        for (const effect of ['read', 'write'] as const)
          expect(await sqlAt(placeAt(host, { engine }), { ...user, egress })('select 1', { effect })).toMatchObject({
            status: 'rejected',
            reason: 'input',
          });
    });
    expect(dials).toBe(0);
  });

  it('whose answer is asked for once for a connection, so that none can change in between', async () => {
    const target = await targetAt(await newPostgres());
    opened.push(() => target.stop());
    const asked: string[] = [];
    const resolver = async (host: string) => {
      asked.push(host);
      return [{ address: asked.length % 2 === 1 ? '127.0.0.1' : '169.254.169.254', ttl: 0 }];
    };
    const egress = keep(openEgress({ allow: ['127.0.0.1'], resolver }));
    const run = sqlAt({ ...target.place, host: 'rebound.example' }, { ...target, egress });
    expect(await run('select 1')).toMatchObject({ status: 'ok' });
    expect(asked).toEqual(['rebound.example']);
    expect(await run('select 1')).toMatchObject({ status: 'rejected', reason: 'input' });
  });

  it('and a cancellation, too', async () => {
    const target = await targetAt(await newPostgres());
    opened.push(() => target.stop());
    const asked: string[] = [];
    const resolver = async (host: string) => {
      asked.push(host);
      return [{ address: asked.length === 1 ? '127.0.0.1' : '10.0.0.1', ttl: 0 }];
    };
    const leaving = new AbortController();
    const egress = keep(openEgress({ allow: ['127.0.0.1'], resolver }));
    const run = sqlAt({ ...target.place, host: 'rebound.example' }, { ...target, egress });
    const outcome = run('select pg_sleep(66)', { signal: leaving.signal });
    const running = () => target.asOwner("select 1 as one from pg_stat_activity where query = 'select pg_sleep(66)'");
    await expect.poll(running).toHaveLength(1);
    const dials = await countDials(async () => {
      leaving.abort();
      await outcome;
      await expect.poll(() => asked).toHaveLength(2);
    });
    expect(dials).toBe(0);
    await target.asOwner("select pg_terminate_backend(pid) from pg_stat_activity where query = 'select pg_sleep(66)'");
  });
});

type Run = ReturnType<typeof sqlAt>;

/** What TLS has to hold, whichever the server. */
function describeTls(encrypted: string, runOf: () => Run): void {
  const { cert: ca } = certificate;
  const run = (place: Partial<ServerPlace>) => runOf()(encrypted, { place });

  it.each([
    [{ host: 'db.example', tls: 'verify-full', ca }, 'yes'],
    [{ host: 'other.example', tls: 'verify-ca', ca }, 'yes'],
    [{ host: '127.0.0.1', tls: 'verify-ca', ca }, 'yes'],
    [{ host: 'other.example', tls: 'require' }, 'yes'],
    [{ host: 'other.example', tls: 'disable' }, 'no'],
  ] as const)('is reached with %j', async (place, secured) => {
    expect(rowsOf(await run(place))).toEqual([{ secured }]);
  });

  const foreign = makeCertificate('db.example').cert;
  const stale = makeCertificate('db.example', -1).cert;

  it.each([
    [{ host: 'other.example', tls: 'verify-full', ca }, 'belongs to another host'],
    [{ host: 'db.example', tls: 'verify-full' }, "Give the authority's certificate"],
    [{ host: 'db.example', tls: 'verify-ca' }, "Give the authority's certificate"],
    [{ host: 'db.example', tls: 'verify-full', ca: foreign }, 'authority'],
    [{ host: 'db.example', tls: 'verify-ca', ca: stale }, 'authority'],
  ] as const)('is not believed with %j', async (place, words) => {
    expect(await run(place)).toMatchObject({ status: 'unavailable', message: expect.stringContaining(words) });
  });

  it('is not believed because the environment says so', async () => {
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    process.env['PGSSLMODE'] = 'no-verify';
    const outcome = await run({ host: 'db.example', tls: 'verify-full' });
    delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    delete process.env['PGSSLMODE'];
    expect(outcome).toMatchObject({ status: 'unavailable' });
  });
}

describe('S24: a PostgreSQL that proves who it is', () => {
  let target: Target;
  let run: Run;
  beforeAll(async () => {
    target = await targetAt(await newPostgres());
    opened.push(() => target.stop());
    await switchOnTls(target, certificate);
    run = sqlAt(target.place, { ...target, egress: door() });
  });

  describeTls(
    "select case when ssl then 'yes' else 'no' end as secured from pg_stat_ssl where pid = pg_backend_pid()",
    () => run,
  );

  it('is asked to cancel over a connection as secure', async () => {
    const leaving = new AbortController();
    const place = { host: 'db.example', tls: 'verify-full', ca: certificate.cert } as const;
    const outcome = run('select pg_sleep(55)', { place, signal: leaving.signal });
    const running = () =>
      target.asOwner("select 1 as one from pg_stat_activity where query = 'select pg_sleep(55)' and state = 'active'");
    await expect.poll(running).toHaveLength(1);
    leaving.abort();
    await outcome;
    await expect.poll(running).toHaveLength(0);
  });
});

describe.skipIf(!hasMariadb)(
  'S24: a MariaDB that proves who it is (skipped where mariadb-server is not installed)',
  () => {
    let mariadb: Mariadb;
    let run: Run;
    beforeAll(async () => {
      mariadb = await startMariadb({ tls: certificate });
      opened.push(() => mariadb.stop());
      await mariadb.run(
        'create database x',
        `create user app@'%' identified by '${user.password}'`,
        "grant all on x.* to app@'%'",
      );
      run = sqlAt(placeAt('db.example', { engine: 'mysql', port: mariadb.port }), { ...user, egress: door() });
    });

    describeTls(
      "select if(variable_value = '', 'no', 'yes') as secured from information_schema.session_status where variable_name = 'ssl_cipher'",
      () => run,
    );
  },
);

describe('S24: whoever stands between', () => {
  it.each([
    ['says that there is no TLS', 'N'],
    ['says more than one byte in clear text before TLS begins', 'SE\0\0\0'],
    ['says nothing that means anything', 'HTTP/1.1 400 Bad Request'],
  ])('%s: nothing is sent to it', async (_, answer) => {
    const heard: Buffer[] = [];
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (chunk) => {
        heard.push(chunk);
        socket.write(answer, 'latin1');
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    opened.push(() => server.close());
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    for (const tls of ['require', 'verify-full'] as const)
      expect((await sqlAt(placeAt('db.example', { port, tls }), { ...user, egress: door() })('select 1')).status).toBe(
        'unavailable',
      );
    expect(Buffer.concat(heard).length).toBe(16);
  });
});
