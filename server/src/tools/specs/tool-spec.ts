import type { Effect, Operation } from '../../catalog/connector.ts';

/** Something an agent can call, whoever describes it: a manifest, or an MCP server that was asked. */
export interface ToolSpec {
  /** Without the connector's name: `get_ticket`. */
  readonly name: string;
  readonly label: string;
  readonly description: string;
  readonly effect: Effect;
  readonly destructive: boolean;
  /** JSON Schema of the arguments. */
  readonly input: Readonly<Record<string, unknown>>;
  /** Over the whole definition: a changed tool is another tool to an approval. */
  readonly digest: string;
  /** How it is carried over HTTP; absent where an MCP server carries it. */
  readonly operation: Operation | undefined;
}
