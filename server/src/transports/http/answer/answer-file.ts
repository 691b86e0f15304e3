import type { Readable } from 'node:stream';
import type { Effect, Operation } from '../../../catalog/connector.ts';
import type { EgressResponse, EgressStream } from '../../../egress/egress.ts';
import type { FileArgument } from '../../../files/file-argument.ts';
import type { Outcome } from '../../outcome.ts';
import type { Redactor } from '../../../lib/redact.ts';
import { nameOfAnswer } from './answer-name.ts';
import { isText } from '../read-body.ts';
import { succeeded } from '../read-response.ts';

/** An answer's bytes as they arrive, with what the provider says of them. */
export interface AnswerBytes {
  readonly name: string;
  readonly mediaType: string | undefined;
  readonly bytes: Readable;
}

/** Keeps the bytes of an answer, without secrets, or says in a sentence why it cannot. */
export type KeepBytes = (answer: AnswerBytes) => Promise<FileArgument | string>;

/** Larger bytes are no use in the context of a model: 4 KiB. */
export const largestShown = 4 * 1024;
const longestWords = 256 * 1024;

/** Whether an answer is bytes that nobody should have to read. */
export function isLargeBinary(operation: Operation, { status, headers, body }: EgressResponse): boolean {
  return body.length > largestShown && succeeded(operation, status) && !isText(headers['content-type']);
}

interface Keeping {
  readonly effect: Effect;
  readonly redactor: Redactor;
  readonly keepFile: KeepBytes;
}

/** A success whose answer is kept as a file: the caller gets a reference to it. */
export async function keepAnswer({ effect, redactor, keepFile }: Keeping, answer: EgressStream): Promise<Outcome> {
  const type = answer.headers['content-type'];
  const kept = await keepFile({
    name: redactor.text(nameOfAnswer(answer)),
    mediaType: type === undefined ? undefined : redactor.text(type),
    bytes: answer.body,
  });
  if (typeof kept !== 'string') return { status: 'ok', output: { file: shown(kept) } };
  if (effect === 'read') return { status: 'rejected', reason: 'input', message: kept };
  return { status: 'outcome_unknown', message: `${kept} The provider said yes to the write.` };
}

function shown({ ref, name, media_type, size }: FileArgument): Omit<FileArgument, 'sha256'> {
  return { ref, name, media_type, size };
}

/** The beginning of a body that says why something failed. */
export async function wordsOf(body: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    chunks.push(Buffer.from(chunk));
    size += chunk.length;
    if (size > longestWords) break;
  }
  return Buffer.concat(chunks).subarray(0, longestWords);
}
