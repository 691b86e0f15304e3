import { connectMysql, type Reaching } from './connect-mysql.ts';

const timeoutMs = 5_000;

/**
 * Asks the server to cancel what another connection of the same user runs (`KILL QUERY`), through the same guard. Best
 * effort: the server's own time limit ends the statement too.
 */
export async function cancelMysql(work: Omit<Reaching, 'signal'>, threadId: number): Promise<void> {
  try {
    const { connection, close } = await connectMysql({ ...work, signal: AbortSignal.timeout(timeoutMs) });
    connection.query(`KILL QUERY ${Math.trunc(threadId)}`, close);
  } catch {
    // Whoever asked has left, and the statement ends by its own limit.
  }
}
