import { createRequest, type PlugboardOptions, type Query, step } from './create-request.ts';
import { areItems, expectShape, isItem, isMintedKey, isOutcome, isPage, isRecord, isToolList } from './read-answer.ts';

/** What is asked of a new key; role and scopes default by kind. */
export interface KeyWish {
  readonly name: string;
  readonly kind?: string | undefined;
  readonly role?: string | undefined;
  readonly scopes?: readonly string[] | undefined;
  /** ISO 8601. Default: never. */
  readonly expires_at?: string | undefined;
}

interface ToolCall {
  /** Id or handle of the connection. */
  readonly connection: string;
  readonly tool: string;
  readonly arguments?: Readonly<Record<string, unknown>>;
}

export type Plugboard = ReturnType<typeof createPlugboard>;

/** The API as seen with one key. Throws `TypeError` for an address or a key that cannot be one; its methods reject with `PlugboardError`. */
export function createPlugboard(options: PlugboardOptions) {
  const request = createRequest(options);
  const get = (path: string, query: Query = {}) => request('GET', `/api/v1/${path}`, { query });
  const post = (path: string, body: unknown) => request('POST', `/api/v1/${path}`, { body });
  const decide =
    (verb: string) =>
    async (id: string, decision: { readonly note?: string } = {}) =>
      expectShape(await post(`approvals/${step(id)}/${verb}`, decision), isItem);
  return {
    /** Any endpoint, as `/openapi.json` describes it. */
    request,
    me: async () => expectShape(await get('me'), isRecord),
    connectors: {
      list: async (query?: { readonly q?: string }) => expectShape(await get('connectors', query), areItems),
    },
    connections: {
      list: async (query?: { readonly scope?: 'personal' | 'workspace' }) =>
        expectShape(await get('connections', query), areItems),
    },
    tools: {
      list: async (query?: { readonly q?: string }) => expectShape(await get('tools', query), isToolList),
      call: async ({ connection, tool, arguments: args = {} }: ToolCall) =>
        expectShape(
          await post(`connections/${step(connection)}/tools/${step(tool)}/call`, { arguments: args }),
          isOutcome,
        ),
    },
    approvals: {
      list: async (query?: Query) => expectShape(await get('approvals', query), isPage),
      approve: decide('approve'),
      decline: decide('decline'),
    },
    keys: {
      list: async (query?: Query) => expectShape(await get('api-keys', query), isPage),
      mint: async (wish: KeyWish) => expectShape(await post('api-keys', wish), isMintedKey),
      revoke: async (id: string): Promise<void> => void (await request('DELETE', `/api/v1/api-keys/${step(id)}`)),
    },
  };
}
