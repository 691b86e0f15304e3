import { requireAuthority } from '../../access/acting.ts';
import { lastCallAt } from '../../calls/usage.ts';
import type { Context } from '../../context.ts';
import { pageStart } from '../../events/page-start.ts';
import { type Page, pageOf, type Position } from '../../lib/cursor.ts';
import type { Connection } from '../connection.ts';
import { readConnection } from '../connection-store.ts';
import { revocableAt } from './provider/revocable-at.ts';
import { isMeant, type RevocationFilter } from './revocation-filter.ts';

/** What would become of a connection. */
export interface Prospect extends Position {
  readonly connection: Connection;
  /** When it was called last, as far as the log of calls goes back (RFC 3339). */
  readonly lastUsedAt: string | null;
  /** Whether its provider would be told. */
  readonly isRevocable: boolean;
  /** Why it would not. */
  readonly message: string | null;
}

export interface Preview {
  /** How many connections there are in all. */
  readonly count: number;
  readonly page: Page<Prospect>;
}

interface PreviewWish {
  readonly filter: RevocationFilter;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** Which connections a filter means right now, the newest first, and what would become of each. Nothing is done. */
export async function previewRevocation(ctx: Context, { filter, limit, cursor }: PreviewWish): Promise<Preview> {
  requireAuthority(ctx.caller);
  const start = pageStart(cursor);
  const meant = ctx.db.rows.selectFrom('connections').where((where) => isMeant(where, filter));
  const counted = await meant.select(({ fn }) => fn.countAll<number | string>().as('count')).executeTakeFirst();
  const rows = await meant
    .selectAll()
    .where(({ eb, refTuple, tuple }) => eb(refTuple('created_at', 'id'), '<', tuple(start.at, start.id)))
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute();
  await ctx.calls.flush();
  const page = pageOf(
    rows.map((row) => ({ at: row.created_at, id: row.id, connection: readConnection(row) })),
    limit,
  );
  const items = await Promise.all(page.items.map(({ connection }) => prospectOf(ctx, connection)));
  return { count: Number(counted?.count ?? 0), page: { ...page, items } };
}

async function prospectOf(ctx: Context, connection: Connection): Promise<Prospect> {
  const { found } = await revocableAt(ctx, connection);
  const lastUsedAt = await lastCallAt(ctx.db, connection.id);
  const isRevocable = 'tokens' in found;
  const place = { at: connection.createdAt, id: connection.id };
  return { ...place, connection, lastUsedAt, isRevocable, message: isRevocable ? null : found.message };
}
