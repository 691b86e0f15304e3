import type { SqlBlock, Verify } from '../../catalog/connector.ts';
import { databasePlace } from '../../catalog/databases/database-place.ts';
import type { Egress } from '../../egress/egress.ts';
import { isRecord, type JsonObject } from '../../lib/json.ts';
import type { Attachment } from '../attachment.ts';
import type { Outcome } from '../outcome.ts';
import type { ProbeResult } from '../probe.ts';
import { cut } from '../../catalog/answers/provider-words.ts';
import type { Redactor } from '../../lib/redact.ts';
import { runSql } from '../sql.ts';
import type { SqliteRunner } from './sqlite/sqlite-runner.ts';

export interface SqlProbe {
  readonly sql: SqlBlock;
  readonly verify: Extract<Verify, { kind: 'sql' }>;
  readonly derived: Readonly<Record<string, string>>;
  readonly config: JsonObject;
  readonly attachment: Attachment;
  readonly redactor: Redactor;
  readonly egress: Pick<Egress, 'connect'>;
  readonly sqlite: SqliteRunner;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

/** Signs in and runs the query of a verify block as a read; the first value of its first row names the account. */
export async function probeSql(probe: SqlProbe): Promise<ProbeResult> {
  const at = databasePlace(probe, probe.config);
  if (!at.ok) return { ok: false, message: `${at.message}.` };
  const { verify, attachment, ...rest } = probe;
  const asked = { ...rest, place: at.place, login: attachment.login, statement: verify.query } as const;
  return readOutcome(await runSql({ ...asked, params: [], effect: 'read', maxRows: 1 }));
}

function readOutcome(outcome: Outcome): ProbeResult {
  if (outcome.status === 'ok') return { ok: true, identity: identityIn(outcome.output) };
  const { message } = outcome;
  if (outcome.status !== 'rejected' || outcome.reason === 'rate_limit') return { unreachable: true, message };
  return { ok: false, message, ...(outcome.reason === 'auth' && { unproven: true }) };
}

function identityIn(output: unknown): string | null {
  const rows = isRecord(output) ? output['rows'] : undefined;
  const [first]: unknown[] = Array.isArray(rows) && isRecord(rows[0]) ? Object.values(rows[0]) : [];
  return typeof first === 'string' ? cut(first) : null;
}
