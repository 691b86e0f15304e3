import type { ExchangeBlock } from '../../catalog/format/exchange.ts';
import type { TemplateValues } from '../../catalog/templates/evaluate.ts';
import { Secret } from '../../lib/secret.ts';
import type { OauthDoor } from '../door.ts';
import type { TokenOutcome } from '../token-set.ts';
import { readTokenAnswer } from '../answers/read-token-answer.ts';
import { sendOwn } from './send-to.ts';
import { writeRequest } from './write-request.ts';

type Request = Extract<ExchangeBlock, { grant: 'request' }>;

/** Sends a request of the provider's own and reads the token out of its answer. */
export async function sendRequest(
  door: OauthDoor,
  exchange: Request,
  { values, secrets }: { readonly values: TemplateValues; readonly secrets: readonly Secret[] },
): Promise<TokenOutcome> {
  const written = writeRequest(exchange, values);
  if (!written.ok) return { ok: false, error: 'invalid_request', message: written.message };
  const assertion = values.field?.['assertion'];
  const now = door.clock.now();
  const answered = await sendOwn(
    door,
    written.request,
    assertion instanceof Secret ? [...secrets, assertion] : secrets,
  );
  if (!('answer' in answered)) return answered;
  const { answer, captures } = exchange;
  return readTokenAnswer(answered, { answer, captures, scopeSeparator: ' ' }, { now, renewing: false });
}
