import { heldAnswer } from '../../transports/http/proxy/held-answer.ts';
import type { RelayedAnswer } from '../../transports/http/proxy/relay.ts';

/** An answer that was kept, as it goes on; `undefined` where none was. One without its body says why in a header. */
export function readHeld(value: unknown): RelayedAnswer | undefined {
  const held = heldAnswer.safeParse(value);
  if (!held.success) return undefined;
  const { status, headers, body, encoding, left_out: leftOut } = held.data;
  const why = leftOut === undefined ? {} : { 'x-plugboard-left-out': leftOut };
  return { status, headers: { ...headers, ...why }, body: Buffer.from(body, encoding) };
}
