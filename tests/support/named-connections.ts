import { setTimeout } from 'node:timers/promises';
import type { ApiAnswer, Plugboard } from './plugboard.ts';

/** Who asks; default: the first admin key. */
type As = { readonly key?: string };

/** Connects under a name, as contract 000 prints it. */
export function connectNamed(
  { call }: Pick<Plugboard, 'call'>,
  connector: string,
  { key, ...body }: As & Readonly<Record<string, unknown>>,
): Promise<ApiAnswer> {
  const as = typeof key === 'string' ? { key } : {};
  return call(`POST /v1/tools/connectors/${connector}/connect`, { ...as, body });
}

/** The record of a named connection, as contract 004 shows it, once the check has come to something. */
export async function settled(
  { call }: Pick<Plugboard, 'call'>,
  answer: ApiAnswer,
  as: As = {},
): Promise<Readonly<Record<string, unknown>>> {
  if (answer.status !== 200) throw new Error(`Nothing was connected: ${answer.text}`);
  for (;;) {
    const { body, text } = await call(`GET /api/v1/connections/${String(answer.body['id'])}`, as);
    if (typeof body['status'] !== 'string') throw new Error(`There is no such connection: ${text}`);
    if (body['status'] !== 'pending') return body;
    await setTimeout(30);
  }
}

/** Connects and waits until it is connected; answers the id. */
export async function connectedNamed(
  plugboard: Pick<Plugboard, 'call'>,
  connector: string,
  body: As & Readonly<Record<string, unknown>>,
): Promise<string> {
  const answer = await connectNamed(plugboard, connector, body);
  const record = await settled(plugboard, answer, typeof body.key === 'string' ? { key: body.key } : {});
  if (record['status'] !== 'connected') throw new Error(`It was not connected: ${JSON.stringify(record)}`);
  return String(record['id']);
}

/** What an answer of 422 says, place by place: `security.token: missing`. */
export function placesIn({ body }: ApiAnswer): string[] {
  const { detail } = body;
  if (!Array.isArray(detail)) return [];
  return detail.map(({ loc, type }) => `${loc.slice(1).join('.')}: ${type}`);
}
