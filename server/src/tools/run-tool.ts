import { doubtConnection } from '../connections/checking/doubt-connection.ts';
import { noteUse } from '../connections/health/idle/recent-uses.ts';
import { freshCredentials } from '../connections/renewing/fresh-credentials.ts';
import type { Context } from '../context.ts';
import { mayAttach, misdirected } from '../credentials/open-credentials.ts';
import type { JsonObject } from '../lib/json.ts';
import type { PlannedRequest } from '../transports/http/build-request.ts';
import type { Relay } from '../transports/http/proxy/relay.ts';
import type { OnAnswer, Outcome, Rejected } from '../transports/outcome.ts';
import { carryRenewed } from './carry/carry-renewed.ts';
import { offerSignIn } from './offer-sign-in.ts';
import { underLimits } from './limits/under-limits.ts';
import { type CallInProgress, finishCall, recordCall } from './record-call.ts';
import type { FoundTool } from './specs/found-tool.ts';

/** A call that was checked and ruled on. */
export interface RuledCall {
  readonly found: FoundTool;
  /** The caller's own; what the connection fixes comes beside them. */
  readonly args: JsonObject;
  readonly progress: CallInProgress;
  /** Where it goes; the connection's secrets are attached only if they were given for its origin (S1). */
  readonly url: string;
  /** Of an operation that goes over HTTP: its request, with nothing attached yet. */
  readonly planned?: PlannedRequest | undefined;
  readonly onAnswer?: OnAnswer | undefined;
  /** The raw proxy's: what goes through it goes through once. */
  readonly relay?: Relay | undefined;
}

/**
 * Carries the call when the limits let it go: a read is recorded when it is over, a write's intent is on disk before it is
 * sent (R2).
 */
export async function runTool(ctx: Context, call: RuledCall): Promise<Outcome> {
  const { connection } = call.found;
  const credentials = await freshCredentials(ctx, connection);
  const offered = (came: Outcome): Promise<Outcome> => offerSignIn(ctx, connection, came);
  if ('refused' in credentials) return recordCall(ctx, call.progress, await offered(credentials.refused));
  if (!mayAttach(credentials, call.url)) return recordCall(ctx, call.progress, await offered(elsewhere));
  const isBegun = call.found.spec.effect === 'write' || answersBeforeItsEnd(ctx, call);
  let begun = false;
  const outcome = await underLimits(ctx, call, async (onAskedPause) => {
    if (isBegun) await ctx.calls.begin(call.progress.record);
    begun = isBegun;
    return offered(await carryRenewed(ctx, { ...call, credentials, onAskedPause }));
  });
  await (begun ? finishCall(ctx, call.progress, outcome) : recordCall(ctx, call.progress, outcome));
  if (outcome.status === 'ok') noteUse(ctx, connection);
  if (outcome.status === 'rejected' && outcome.reason === 'auth') await doubtConnection(ctx, connection);
  return outcome;
}

/** Where no call may be answered before its record is on disk, what is handed on as it arrives is on record from its beginning. */
function answersBeforeItsEnd({ config }: Context, { relay }: RuledCall): boolean {
  return config.strictAudit && relay !== undefined;
}

const elsewhere: Rejected = { status: 'rejected', reason: 'auth', message: misdirected };
