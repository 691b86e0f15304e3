import { setTimeout } from 'node:timers/promises';
import type { ApiAnswer, ApiRequest, Plugboard } from './plugboard.ts';

/** Adds a custom MCP server under this name. */
export function addServer(
  { call }: Pick<Plugboard, 'call'>,
  body: { readonly endpoint?: string | undefined; readonly [field: string]: unknown },
  request: ApiRequest = {},
): Promise<ApiAnswer> {
  const whole = { name: 'Echo', transport: 'streamable-http', ...body };
  return call('POST /api/v1/integrations', { ...request, body: whole });
}

/** The record once the check has come to something. */
export async function settled({ call }: Pick<Plugboard, 'call'>, id: string): Promise<ApiAnswer['body']> {
  for (;;) {
    const { body } = await call(`GET /api/v1/integrations/${id}`);
    if (body['status'] !== 'pending') return body;
    await setTimeout(30);
  }
}

/** Adds a custom MCP server and answers its record once it is connected. */
export async function connectServer(
  plugboard: Pick<Plugboard, 'call'>,
  body: { readonly endpoint: string; readonly [field: string]: unknown },
): Promise<{ readonly id: string; readonly handle: string }> {
  const added = await addServer(plugboard, body);
  if (added.status !== 201) throw new Error(`It was not added: ${added.text}`);
  const { status, status_reason: reason, id, handle } = await settled(plugboard, String(added.body['id']));
  if (status !== 'connected') throw new Error(`It was not connected: ${String(reason)}`);
  return { id: String(id), handle: String(handle) };
}

/** The ids of all that are listed, whatever becomes of their checks meanwhile. */
export async function listedIds({ call }: Pick<Plugboard, 'call'>): Promise<readonly string[]> {
  const items: readonly { id: string }[] = JSON.parse((await call('GET /api/v1/integrations')).text);
  return items.map(({ id }) => id);
}
