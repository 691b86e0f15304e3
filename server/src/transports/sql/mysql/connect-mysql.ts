import { isIP } from 'node:net';
import type { Connection, ConnectionOptions } from 'mysql2';
import { type Line, type LineWish, openLine } from '../open-line.ts';
import { SqlFault } from '../sql-fault.ts';
import type { ServerWork } from '../work.ts';

/** A signed-in connection to a MySQL or MariaDB server. */
export interface MysqlLine extends Line {
  readonly connection: Connection;
}

/** What reaching a server takes. */
export type Reaching = LineWish & Pick<ServerWork, 'login'>;

/** Reaches a server through the guard, secures the connection as the place asks, and signs in. */
export async function connectMysql(work: Reaching): Promise<MysqlLine> {
  refuseUnnamed(work.place);
  const { createConnection } = await import('mysql2');
  const line = await openLine(work);
  try {
    const connection = createConnection(optionsOf(work, line));
    connection.on('error', () => undefined);
    await new Promise<void>((resolve, reject) => {
      connection.connect((error) => (error === null ? resolve() : reject(error)));
    });
    return { ...line, connection };
  } catch (error) {
    line.close();
    throw line.fault() ?? error;
  }
}

/** The driver holds the certificate of a server without a name against "localhost". */
function refuseUnnamed({ host, tls }: ServerWork['place']): void {
  if (tls !== 'verify-full' || isIP(host) === 0) return;
  throw new SqlFault(
    'input',
    'A certificate is of a name, and this server is given by its address. Name it, or verify the authority alone (verify-ca).',
  );
}

/** One statement at a time, no file of ours for `LOCAL INFILE`, and every value as exact as it came. */
function optionsOf({ place, login }: Reaching, { socket }: Line): ConnectionOptions {
  return {
    host: place.host,
    port: place.port,
    user: login.user,
    password: login.password.reveal(),
    ...(place.database === undefined ? {} : { database: place.database }),
    ...(place.tls === 'disable' ? {} : { ssl: tlsOf(place) }),
    stream: socket,
    connectTimeout: 0,
    multipleStatements: false,
    flags: ['-LOCAL_FILES', '-FOUND_ROWS'],
    disableEval: true,
    rowsAsArray: true,
    supportBigNumbers: true,
    bigNumberStrings: true,
    dateStrings: true,
    jsonStrings: true,
  };
}

function tlsOf({ tls, ca }: ServerWork['place']): NonNullable<Exclude<ConnectionOptions['ssl'], string>> {
  return {
    rejectUnauthorized: tls !== 'require',
    verifyIdentity: tls === 'verify-full',
    ...(ca === undefined ? {} : { ca }),
  };
}
