import { appendEvent, systemActor } from '../../../events/append-event.ts';
import { isoTime } from '../../../lib/clock.ts';
import type { Connection } from '../../connection.ts';
import { subjectOf } from '../../connection-events.ts';
import { findConnections } from '../../connection-store.ts';
import { afterTold, isTooLate, restAfter } from './after-told.ts';
import { eachAtOnce } from './each-at-once.ts';
import { noteFailure, type PuttingAway } from '../put-away.ts';
import { tellProvider, type Telling, type Told } from './tell-provider.ts';
import { listDue, postponeOrigin, type Receipt, settleReceipt, tellAgain } from '../receipt-store.ts';

declare module '../../../events/append-event.ts' {
  interface EventTypes {
    'connection.revoked_at_provider': { readonly connector: string };
  }
}

/** A go at the work that a revocation has left. */
export interface Round {
  readonly app: PuttingAway & Telling;
  readonly revocationId: string;
  /** Aborted when the process leaves. */
  readonly signal: AbortSignal;
  /** Aborted when somebody else shall have a turn: nothing more is begun. */
  readonly over: AbortSignal;
}

/** How many providers are told at a time, and how many requests one of them gets at a time. */
const originsAtOnce = 4;
const requestsAtOnce = 2;
/** After so many failures in a row a provider is left alone, each time for longer. */
const mostInRow = 3;
const perLook = 100;

/** Tells providers, politely, of the connections that are over, until nobody is due. Nobody is told again who was told with success. */
export async function askProviders(round: Round): Promise<void> {
  const { app, revocationId, over } = round;
  while (!over.aborted) {
    const wish = { revocationId, todo: 'tell', now: app.clock.now(), limit: perLook } as const;
    const due = await listDue(app.db, wish);
    if (due.length === 0) return;
    const connections = await findConnections(
      app.db,
      due.map(({ connectionId }) => connectionId),
    );
    const origins = [...Map.groupBy(due, ({ origin }) => origin ?? '')];
    await eachAtOnce(origins, originsAtOnce, ([origin, receipts]) =>
      askOrigin(round, { origin, receipts, connections }),
    );
  }
}

interface Origin {
  readonly origin: string;
  readonly receipts: readonly Receipt[];
  readonly connections: ReadonlyMap<string, Connection>;
}

type Unreachable = Extract<Told, { readonly outcome: 'unreachable' }>;

/** One that does not answer, or wants to be left alone, is: the rest of its connections wait. */
async function askOrigin(round: Round, { origin, receipts, connections }: Origin): Promise<void> {
  const { app, over } = round;
  const [first] = receipts;
  let inRow = 0;
  let trouble: Unreachable | undefined;
  await eachAtOnce(receipts, requestsAtOnce, async (receipt) => {
    const connection = connections.get(receipt.connectionId);
    if (connection === undefined || over.aborted) return;
    if (trouble !== undefined) return leaveOut(app, { connection, receipt, told: trouble });
    const told = await tell(round, connection, receipt);
    inRow = told.outcome === 'unreachable' ? inRow + 1 : 0;
    if (told.outcome === 'unreachable' && (inRow >= mostInRow || told.retryAfterMs !== undefined)) trouble = told;
  });
  if (trouble === undefined || first === undefined) return;
  const now = app.clock.now();
  const rest = { revocationId: round.revocationId, origin, until: now + restAfter(first, trouble, now) };
  await app.db.transact((trx) => postponeOrigin(trx, rest));
}

/** Who has waited for a day is not told any more because others could not be, either. */
async function leaveOut(app: Round['app'], heard: Heard): Promise<void> {
  if (isTooLate(heard.receipt, app.clock.now())) await keep(app, heard);
}

async function tell({ app, signal }: Round, connection: Connection, receipt: Receipt): Promise<Told> {
  const told = await tellProvider(app, connection, receipt);
  // Cut off by ourselves: that says nothing about anybody.
  signal.throwIfAborted();
  await keep(app, { connection, receipt, told });
  return told;
}

interface Heard {
  readonly connection: Connection;
  readonly receipt: Receipt;
  readonly told: Told;
}

function keep({ db, clock }: Round['app'], { connection, receipt, told }: Heard): Promise<void> {
  const after = afterTold(receipt, told, { now: clock.now(), chance: Math.random() });
  return db.transact(async (trx) => {
    if (after.is === 'again') return tellAgain(trx, receipt, after);
    const { outcome, message } = after;
    if (!(await settleReceipt(trx, connection.id, { outcome, message, at: isoTime(clock) }))) return;
    if (message !== null) return noteFailure(trx, { clock }, { connection, message });
    await appendEvent(trx, clock, {
      type: 'connection.revoked_at_provider',
      actor: systemActor,
      subject: subjectOf(connection),
      data: { connector: connection.connectorId },
    });
  });
}
