import { connectGitlab, installGitlab } from './connect.ts';
import type { ApiAnswer, Plugboard } from './plugboard.ts';

/** A connection as a call may name it. */
export interface Addressed {
  readonly id: string;
  readonly handle: string;
}

/** How tests ask which connection a call comes to. */
export interface Addressing {
  /** Connects GitLab for the person behind a key; without one for the first owner. */
  personal(label: string, key?: string): Promise<Addressed>;
  /** Installs GitLab for the workspace. */
  shared(): Promise<Addressed>;
  /** Reads an issue at what is called so; `_`: by the connector's name alone. */
  read(where: string, request?: { readonly key?: string; readonly body?: object }): Promise<ApiAnswer>;
  edit(connection: string, body: object, key?: string): Promise<ApiAnswer>;
  setDefault(connection: string | null, key?: string): Promise<ApiAnswer>;
  setKeyDefault(apiKeyId: string, connection: string | null, key?: string): Promise<ApiAnswer>;
  keyId(key: string): Promise<string>;
  /** The connection of the last call on record. */
  lastCalled(): Promise<unknown>;
}

const issue = { project: 'acme/api', issue_iid: 1 };

export function addressingOf(plugboard: Plugboard, url: string): Addressing {
  const { call } = plugboard;
  const as = (key: string | undefined) => (key === undefined ? {} : { key });
  const addressed = async (id: string, key?: string): Promise<Addressed> => {
    const { body } = await call(`GET /api/v1/connections/${id}`, as(key));
    return { id, handle: String(body['handle']) };
  };
  return {
    personal: async (label, key) => addressed(await connectGitlab(plugboard, url, { label, ...as(key) }), key),
    shared: async () => addressed(await installGitlab(plugboard, url)),
    read: (where, { key, body = {} } = {}) =>
      call(`POST /api/v1/connections/${where}/tools/${where === '_' ? 'gitlab_' : ''}get_issue/call`, {
        ...as(key),
        body: { arguments: issue, ...body },
      }),
    edit: (connection, body, key) => call(`PATCH /api/v1/connections/${connection}`, { ...as(key), body }),
    setDefault: (connection, key) =>
      call('PUT /api/v1/me/connection-defaults', {
        ...as(key),
        body: { connector: 'gitlab', connection_id: connection },
      }),
    setKeyDefault: (id, connection, key) =>
      call(`PUT /api/v1/api-keys/${id}/connection-defaults`, {
        ...as(key),
        body: { connector: 'gitlab', connection_id: connection },
      }),
    keyId: async (key) => /"key":\{"id":"([^"]+)"/.exec((await call('GET /api/v1/me', { key })).text)?.[1] ?? '',
    lastCalled: async () => (await lastCall(plugboard))?.['connection_id'],
  };
}

/** The last call on record. */
export async function lastCall({
  call,
}: Pick<Plugboard, 'call'>): Promise<Readonly<Record<string, unknown>> | undefined> {
  const { body } = await call('GET /api/v1/calls?limit=1');
  return Array.isArray(body['data']) ? body['data'][0] : undefined;
}

/** The handles among which an ambiguous call is to choose, and the default it ignored. */
export function choicesIn({ body }: ApiAnswer): { readonly handles: readonly string[]; readonly ignored: unknown } {
  const error = body['error'];
  if (typeof error !== 'object' || error === null || !('choices' in error) || !Array.isArray(error.choices))
    throw new Error(`There are no choices: ${JSON.stringify(body)}`);
  const ignored = 'default_ignored' in error ? error.default_ignored : undefined;
  return { handles: error.choices.map(({ handle }) => String(handle)), ignored };
}
