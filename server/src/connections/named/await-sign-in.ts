import { isDeepStrictEqual } from 'node:util';
import { bumpGeneration } from '../../access/generations.ts';
import type { Context } from '../../context.ts';
import { openCredentials } from '../../credentials/open-credentials.ts';
import type { Credentials } from '../../credentials/seal-credentials.ts';
import { Failure } from '../../errors.ts';
import { type Opening, waitingForSignIn } from '../checking/open-and-check.ts';
import type { Connection } from '../connection.ts';
import { listWaiting } from '../connection-store.ts';
import { prepareConnection } from '../new-connection.ts';

/**
 * Makes a connection that waits for somebody to sign in, and answers its id. Where one of the same person already waits
 * that is the same in everything, it is that one, so that asking again piles nothing up; one that differs is never changed
 * under the hands of whoever is about to sign in to it.
 */
export async function awaitSignIn(ctx: Context, opening: Opening): Promise<string> {
  for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
    const waiting = await listWaiting(ctx.db, wishOf(ctx, opening));
    const id = (await findSame(ctx, opening, waiting)) ?? (await insertBeside(ctx, opening, waiting));
    if (id !== undefined) return id;
  }
  throw new Failure('CONFLICT', 'Somebody else is connecting under this name right now. Try again.');
}

/** Others may come first now and then, and each of them is done afterwards. */
const mostAttempts = 5;

function wishOf({ caller }: Context, { connector, authMode, scope, label }: Opening) {
  return { createdBy: caller.userId, connectorId: connector.id, authMode, scope, label };
}

async function findSame(ctx: Context, opening: Opening, waiting: readonly Connection[]): Promise<string | undefined> {
  for (const connection of waiting) {
    if (!isSame(opening, connection)) continue;
    const { secrets } = await openCredentials(ctx, connection.id);
    const given = { ...opening.credentials?.secrets, ...opening.app?.secrets };
    if (isDeepStrictEqual(inClear(secrets), inClear(given))) return connection.id;
  }
  return undefined;
}

function isSame({ connector, config, settings, loopback }: Opening, connection: Connection): boolean {
  return (
    connection.connectorVersion === connector.version &&
    connection.loopback === loopback &&
    isDeepStrictEqual(connection.config, config) &&
    isDeepStrictEqual(connection.settings, settings)
  );
}

function inClear(secrets: Credentials['secrets']): Map<string, string> {
  return new Map(Object.entries(secrets).map(([name, secret]) => [name, secret.reveal()]));
}

/** The id; `undefined` where another one has come since these were found. */
async function insertBeside(
  ctx: Context,
  opening: Opening,
  waiting: readonly Connection[],
): Promise<string | undefined> {
  const wish = { ...opening, status: 'pending', statusReason: waitingForSignIn } as const;
  const { id, insert } = await prepareConnection(ctx, wish);
  const known = new Set(waiting.map((connection) => connection.id));
  return ctx.db.transact(async (trx) => {
    await bumpGeneration(trx);
    const now = await listWaiting(trx, wishOf(ctx, opening));
    if (now.some((connection) => !known.has(connection.id))) return undefined;
    await insert(trx);
    return id;
  });
}
