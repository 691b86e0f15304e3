import { attach } from '../../auth-modes/index.ts';
import type { Credentials } from '../../credentials/seal-credentials.ts';
import type { Attachment } from '../../transports/attachment.ts';
import { createRedactor, type Redactor } from '../../lib/redact.ts';
import type { FoundTool } from '../specs/found-tool.ts';

/** What is worked out of a tool and its connection's secrets, once for all calls that share both. */
export interface Prepared {
  readonly attachment: Attachment;
  readonly redactor: Redactor;
}

const prepared = new WeakMap<Credentials, WeakMap<FoundTool, Prepared>>();
const redactors = new WeakMap<Credentials, Redactor>();

/** What a call attaches, and what takes it out of the answer. */
export function prepare(found: FoundTool, credentials: Credentials): Prepared {
  const ofCredentials = prepared.get(credentials) ?? new WeakMap<FoundTool, Prepared>();
  prepared.set(credentials, ofCredentials);
  const known = ofCredentials.get(found);
  if (known) return known;
  const { connector, connection } = found;
  const attachment = attach(connector, { config: connection.config, secrets: credentials.secrets });
  const fresh = { attachment, redactor: redactorOf(credentials) };
  ofCredentials.set(found, fresh);
  return fresh;
}

/** Takes these secrets out of what a provider sent back (S25). */
export function redactorOf(credentials: Credentials): Redactor {
  const redactor = redactors.get(credentials) ?? createRedactor(Object.values(credentials.secrets));
  redactors.set(credentials, redactor);
  return redactor;
}
