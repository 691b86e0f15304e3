import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { type Line, type LineWish, openLine } from '../open-line.ts';
import { SqlFault } from '../sql-fault.ts';
import { explainTls, noTls, tlsOptions } from '../tls-options.ts';
import type { ServerWork } from '../work.ts';

/** A line to a PostgreSQL server, and the stream to speak over it: secured before anything is said, unless TLS is off. */
export interface PostgresLine extends Line {
  readonly stream: Socket;
}

/** `SSLRequest`: the length, and a code no version has (PostgreSQL protocol, "SSL Session Encryption"). */
const sslRequest = Buffer.from('0000000804d2162f', 'hex');

/** Reaches a server through the guard and secures the connection as the place asks. */
export async function dialPostgres(work: LineWish): Promise<PostgresLine> {
  const line = await openLine(work);
  try {
    const stream = work.place.tls === 'disable' ? line.socket : await secure(line.socket, work.place);
    stream.on('error', () => undefined);
    return { ...line, stream };
  } catch (error) {
    line.close();
    throw line.fault() ?? error;
  }
}

async function secure(socket: Socket, place: ServerWork['place']): Promise<Socket> {
  socket.write(sslRequest);
  const answer = await firstBytes(socket);
  // Anything behind the one byte came in clear text from whoever is in between (CVE-2021-23214).
  if (answer.toString('latin1') !== 'S') throw new SqlFault('lost', noTls(place));
  return new Promise((resolve, reject) => {
    const secured = connectTls({ ...tlsOptions(place), socket });
    secured.once('secureConnect', () => resolve(secured));
    secured.once('error', (error) => reject(new SqlFault('lost', explainTls(place, error), { cause: error })));
    secured.once('close', () => reject(new SqlFault('lost', explainTls(place, undefined))));
  });
}

function firstBytes(socket: Socket): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    socket.once('data', resolve);
    socket.once('close', () => reject(new SqlFault('lost', 'The database closed the connection before it answered.')));
  });
}
