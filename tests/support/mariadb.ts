import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type Connection, createConnection } from 'mysql2/promise';
import type { Certificate } from '../attacks/egress/certificate.ts';
import { freePort } from './free-port.ts';

/** A real MariaDB server of this test alone. */
export interface Mariadb {
  readonly port: number;
  /** As the user root, who may do everything. */
  run(...statements: readonly string[]): Promise<unknown>;
  stop(): Promise<void>;
}

const server = ['/usr/sbin/mariadbd', '/usr/bin/mariadbd', '/usr/libexec/mariadbd'].find((path) => existsSync(path));
const installer = ['/usr/bin/mariadb-install-db', '/usr/bin/mysql_install_db'].find((path) => existsSync(path));

/** Whether there is a MariaDB here to start; tests that need it are skipped and say so where there is none. */
export const hasMariadb = server !== undefined && installer !== undefined;

/** Starts a server in a temporary folder, with its own socket and port. */
export async function startMariadb({ tls }: { readonly tls?: Certificate } = {}): Promise<Mariadb> {
  if (server === undefined || installer === undefined) throw new Error('MariaDB is missing: install mariadb-server.');
  const folder = mkdtempSync(join(tmpdir(), 'plugboard-mariadb-'));
  const data = join(folder, 'data');
  const asRoot = process.getuid?.() === 0 ? ['--user=root'] : [];
  const install = ['--no-defaults', `--datadir=${data}`, '--auth-root-authentication-method=normal', '--skip-test-db'];
  execFileSync(installer, [...install, ...asRoot], { stdio: 'ignore' });
  const port = await freePort();
  const child = spawn(server, [...settings(folder, port), ...asRoot, ...tlsSettings(folder, tls)], { stdio: 'ignore' });
  const connection = await signIn(join(folder, 'socket'), child);
  return {
    port,
    async run(...statements) {
      let rows: unknown;
      for (const statement of statements) [rows] = await connection.query(statement);
      return rows;
    },
    async stop() {
      connection.destroy();
      await ended(child);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function settings(folder: string, port: number): string[] {
  const quick = ['--innodb-flush-log-at-trx-commit=0', '--innodb-buffer-pool-size=16M', '--skip-log-bin'];
  const places = [`--datadir=${join(folder, 'data')}`, `--socket=${join(folder, 'socket')}`, `--port=${port}`];
  return ['--no-defaults', ...places, '--bind-address=127.0.0.1', '--local-infile=1', '--secure-file-priv=', ...quick];
}

function tlsSettings(folder: string, tls: Certificate | undefined): string[] {
  if (tls === undefined) return [];
  writeFileSync(join(folder, 'cert.pem'), tls.cert);
  writeFileSync(join(folder, 'key.pem'), tls.key);
  return [`--ssl-cert=${join(folder, 'cert.pem')}`, `--ssl-key=${join(folder, 'key.pem')}`];
}

async function signIn(socketPath: string, child: ChildProcess): Promise<Connection> {
  for (;;) {
    try {
      return await createConnection({ socketPath, user: 'root' });
    } catch (error) {
      if (child.exitCode !== null) throw new Error('MariaDB did not start.', { cause: error });
      await setTimeout(50);
    }
  }
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
  });
}
