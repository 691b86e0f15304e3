import { mostToRead } from '../../approvals/request-approval.ts';
import { EgressError } from '../../egress/egress.ts';
import type { JsonObject } from '../../lib/json.ts';
import { cappedBody } from '../../transports/http/proxy/capped-body.ts';
import { textOf } from '../../transports/http/proxy/hold-answer.ts';
import type { Relay } from '../../transports/http/proxy/relay.ts';
import type { Rejected } from '../../transports/outcome.ts';

type Kept = { readonly arguments: JsonObject } | { readonly rejected: Rejected };

/**
 * The arguments together with the body that was still to come, for a request that has to wait for a person: they decide on all
 * of it, and what they approve is sent as it was (S13). Both together are at most what a person can be asked about.
 */
export async function keepBody(args: JsonObject, relay: Relay | undefined): Promise<Kept> {
  if (relay?.body === undefined) return { arguments: args };
  if ((relay.bodyBytes ?? 0) > mostToRead) return refuseSize(relay);
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of cappedBody(relay.body, mostToRead)) chunks.push(chunk);
  } catch (error) {
    if (!(error instanceof EgressError)) throw error;
    return error.problem === 'too_large' ? refuseSize(relay) : { rejected: rejectInput(error.message) };
  }
  const whole = { ...args, ...written(Buffer.concat(chunks)) };
  return Buffer.byteLength(JSON.stringify(whole)) > mostToRead ? refuseSize(relay) : { arguments: whole };
}

/** Bytes that are no text are written in base64, which is a third longer. */
function written(body: Buffer): JsonObject {
  const text = textOf(body);
  return text === undefined ? { body_base64: body.toString('base64') } : { body: text };
}

function refuseSize({ onTooLarge }: Relay): Kept {
  onTooLarge();
  return { rejected: rejectInput(tooLarge) };
}

const tooLarge = `This request has to wait for a person, and its body is more than the ${mostToRead / 1024} KiB that one can be asked about. Send less at once, or use a key with the scope tools:write_unasked.`;

function rejectInput(message: string): Rejected {
  return { status: 'rejected', reason: 'input', message };
}
