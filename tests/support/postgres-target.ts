import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { Client, escapeLiteral } from 'pg';
import type { ServerPlace } from '../../server/src/catalog/databases/database-place.ts';
import type { Certificate } from '../attacks/egress/certificate.ts';

/** A database that a connection may go to, with a user who owns nothing in it. */
export interface Target {
  readonly place: ServerPlace;
  readonly user: string;
  readonly password: string;
  /** Another user with the same password, for what a test does to one. */
  readonly full: string;
  /** As the user who may do everything. */
  asOwner(...statements: readonly string[]): Promise<readonly unknown[]>;
  stop(): Promise<void>;
}

/** Makes two users for a database. Whatever its owner makes from then on they may read and change. */
export async function targetAt(url: string, password = 'p@ss:/w#rd% of a reader'): Promise<Target> {
  const owner = new Client({ connectionString: url });
  await owner.connect();
  const mark = randomBytes(5).toString('hex');
  const [user, full] = [`app_${mark}`, `full_${mark}`];
  for (const name of [user, full]) await owner.query(`create role ${name} login password ${escapeLiteral(password)}`);
  await owner.query(`grant all on schema public to ${user}`);
  for (const things of ['tables', 'sequences'])
    await owner.query(`alter default privileges in schema public grant all on ${things} to ${user}`);
  const { hostname: host, port, pathname } = new URL(url);
  const database = pathname.slice(1);
  return {
    place: { engine: 'postgres', host, port: Number(port), database, tls: 'disable', ca: undefined },
    user,
    password,
    full,
    async asOwner(...statements) {
      let rows: readonly unknown[] = [];
      for (const statement of statements) ({ rows } = await owner.query(statement));
      return rows;
    },
    stop: () => owner.end(),
  };
}

/** Has the server of a database speak TLS with this certificate, to whoever asks for TLS. */
export async function switchOnTls({ asOwner }: Pick<Target, 'asOwner'>, { cert, key }: Certificate): Promise<void> {
  await asOwner(
    `copy (select 1) to program '${writing('plugboard.crt', cert)}'`,
    `copy (select 1) to program '${writing('plugboard.key', key)}'`,
    "alter system set ssl_cert_file = 'plugboard.crt'",
    "alter system set ssl_key_file = 'plugboard.key'",
    'alter system set ssl = on',
    'select pg_reload_conf()',
  );
  while (!(await speaksTls(asOwner))) await setTimeout(20);
}

/** In the server's own folder, readable by it alone. */
function writing(name: string, content: string): string {
  return `umask 077 && cat > /dev/null && echo ${Buffer.from(content).toString('base64')} | base64 -d > ${name}`;
}

async function speaksTls(asOwner: Target['asOwner']): Promise<boolean> {
  return JSON.stringify(await asOwner('show ssl')).includes('"on"');
}
