import { setTimeout } from 'node:timers/promises';
import { gitlabTokens } from '../emulators/gitlab/ledger.ts';
import type { Plugboard } from './plugboard.ts';

export interface ConnectWish {
  /** Default: the first admin key. */
  readonly key?: string;
  readonly label?: string;
}

/** Connects a connector with these values and answers the id of the connection; throws where it was refused. */
export async function connect(
  { call }: Pick<Plugboard, 'call'>,
  [connectorSlug, fields]: readonly [slug: string, fields: Readonly<Record<string, unknown>>],
  { key, label }: ConnectWish = {},
): Promise<string> {
  const as = key === undefined ? {} : { key };
  const started = await call('POST /api/v1/connections', { ...as, body: { connectorSlug, label } });
  const id = idIn(started.body['connection']);
  const submitted = await call(`POST /api/v1/connections/${id}/credentials`, { ...as, body: { fields } });
  if (submitted.status !== 200) throw new Error(`It was not connected: ${started.text} ${submitted.text}`);
  return id;
}

/** Connects GitLab at this address with a token the emulator takes. */
export function connectGitlab(
  plugboard: Pick<Plugboard, 'call'>,
  url: string,
  wish: ConnectWish = {},
): Promise<string> {
  return connect(plugboard, ['gitlab', { base_url: url, token: gitlabTokens.valid }], wish);
}

/** Installs GitLab for the workspace and answers the id of the connection once it is connected. */
export async function installGitlab({ call }: Pick<Plugboard, 'call'>, url: string): Promise<string> {
  const fields = { base_url: url, token: gitlabTokens.valid };
  const installed = await call('POST /api/v1/connectors/gitlab/install?workspace_id=default', { body: { fields } });
  const id = String(installed.body['integration_id']);
  for (;;) {
    const { body } = await call(`GET /api/v1/connections/${id}`);
    if (body['status'] === 'connected') return id;
    if (body['status'] !== 'pending') throw new Error(`It was not connected: ${String(body['statusReason'])}`);
    await setTimeout(50);
  }
}

/** The id of a record in an answer. */
export function idIn(record: unknown): string {
  if (typeof record === 'object' && record !== null && 'id' in record) return String(record.id);
  throw new Error('The answer holds no record.');
}
