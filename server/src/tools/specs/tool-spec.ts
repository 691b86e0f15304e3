import type { Effect, Operation, SqlOperation } from '../../catalog/connector.ts';

/** Something an agent can call, whoever describes it: a manifest, or an MCP server that was asked. */
export interface ToolSpec {
  /** Without the connector's name: `get_ticket`. */
  readonly name: string;
  readonly label: string;
  readonly description: string;
  readonly effect: Effect;
  readonly destructive: boolean;
  /** What a connection that was signed in to must have been granted for it. */
  readonly scopes?: readonly string[] | undefined;
  /** JSON Schema of the arguments. */
  readonly input: Readonly<Record<string, unknown>>;
  /** Over the whole definition: a changed tool is another tool to an approval. */
  readonly digest: string;
  /** How it is carried over HTTP; absent where an MCP server or a database carries it. */
  readonly operation: Operation | undefined;
  /** How it is carried to a database. */
  readonly sql?: SqlOperation | undefined;
  /** Whether it is the raw proxy, whose arguments are the request itself. */
  readonly proxied?: true;
}
