import type { Effect } from '../catalog/connector.ts';
import type { EgressError } from '../egress/egress.ts';
import type { Outcome } from './outcome.ts';
import type { Redactor } from '../lib/redact.ts';

/**
 * What a call came to that got no answer: a write that may have reached the provider is unknown for ever (R2, R14); what
 * our own rules refuse, and an answer that is too large, are the asker's to change; anything else may work later.
 */
export function readEgressError(
  error: EgressError,
  call: { readonly effect: Effect; readonly redactor: Redactor },
): Outcome {
  const message = call.redactor.text(error.message);
  if (error.problem === 'refused') return { status: 'rejected', reason: 'input', message };
  if (call.effect === 'write' && error.sent) {
    return { status: 'outcome_unknown', message: `${message} Whether the write took place is not known.` };
  }
  if (error.problem === 'too_large')
    return { status: 'rejected', reason: 'input', message: `${message} Ask for less at once.` };
  return { status: 'unavailable', message };
}
