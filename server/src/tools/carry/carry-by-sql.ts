import type { SqlBlock, SqlOperation } from '../../catalog/connector.ts';
import { databasePlace } from '../../catalog/databases/database-place.ts';
import type { Context } from '../../context.ts';
import type { Outcome } from '../../transports/outcome.ts';
import { fillStatement } from '../../transports/sql/fill-statement.ts';
import { runSql } from '../../transports/sql.ts';
import { callTimeoutMs } from '../limits/call-timeout.ts';
import { prepare } from '../plan/prepared.ts';
import { withFixed } from '../specs/narrow-tool.ts';
import type { Carried } from './carry.ts';

/** Runs the statement of a tool on the database that the connection names. */
export async function carryBySql(
  ctx: Context,
  { found, args, credentials, onAnswer }: Carried,
  { sql, operation }: { readonly sql: SqlBlock; readonly operation: SqlOperation },
): Promise<Outcome> {
  const { connection, connector, spec, fixed } = found;
  const { config } = connection;
  const at = databasePlace({ ...connector, sql }, config);
  if (!at.ok) return { status: 'rejected', reason: 'input', message: `${at.message}.` };
  const { attachment, redactor } = prepare(found, credentials);
  return runSql({
    ...fillStatement(operation, { connector, config, args: withFixed(args, fixed) }),
    place: at.place,
    login: attachment.login,
    effect: spec.effect,
    timeoutMs: callTimeoutMs(connector),
    egress: ctx.egress,
    sqlite: ctx.sqlite,
    redactor,
    signal: ctx.signal,
    onAnswer,
  });
}
