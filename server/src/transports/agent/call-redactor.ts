import { Secret } from '../../lib/secret.ts';
import { createRedactor, type Redactor } from '../../lib/redact.ts';
import type { AgentCall } from './agent-call.ts';

/** The secrets of a call: its headers, and what stands behind the scheme of one (`Bearer …`). */
export function secretsOf({ headers }: Pick<AgentCall, 'headers'>): readonly Secret[] {
  const values = Object.values(headers);
  return [...values, ...values.flatMap(credentialsIn)];
}

/** Takes out what the caller's redactor knows, and the secrets of the headers. */
export function redactorOf(call: Pick<AgentCall, 'headers' | 'redactor'>): Redactor {
  const own = createRedactor(secretsOf(call));
  return {
    text: (text) => own.text(call.redactor.text(text)),
    value: (value) => own.value(call.redactor.value(value)),
    clears: (json) => own.clears(json) && call.redactor.clears(json),
  };
}

/** RFC 9110 §11.4: a scheme, then credentials. */
function credentialsIn(value: Secret): readonly Secret[] {
  const credentials = /^[A-Za-z][A-Za-z0-9-]* +(\S+)$/.exec(value.reveal())?.[1];
  return credentials === undefined ? [] : [new Secret(credentials)];
}
