import type { Tool } from '@modelcontextprotocol/client';
import type { Effect } from '../../catalog/connector.ts';

/** A tool as an MCP server describes it, in our words. */
export interface McpTool {
  readonly name: string;
  readonly label: string;
  /** For a model; somebody else's words. */
  readonly description: string;
  /** From the server's hints; where it gives none, a tool is a write. */
  readonly effect: Effect;
  readonly destructive: boolean;
  /** A foreign JSON Schema (S11), as it came. */
  readonly input: Record<string, unknown>;
}

const limits = { tools: 5000, name: 128, label: 200, description: 8000, inputBytes: 256 * 1024 } as const;

/** At most 5,000 tools, each name once; a tool whose name nobody could write down is left out. */
export function readMcpTools(tools: readonly Tool[]): readonly McpTool[] {
  const named = tools.filter(({ name }) => name.length <= limits.name && /^[^\p{Cc}\p{Cf}]+$/u.test(name));
  const first = new Map(named.toReversed().map((tool) => [tool.name, tool]));
  return [...first.values()].toReversed().slice(0, limits.tools).map(readMcpTool);
}

function readMcpTool({ name, title, description = '', annotations = {}, inputSchema }: Tool): McpTool {
  const effect = annotations.readOnlyHint === true ? 'read' : 'write';
  return {
    name,
    label: (title ?? annotations.title ?? name).slice(0, limits.label),
    description: description.slice(0, limits.description),
    effect,
    destructive: effect === 'write' && annotations.destructiveHint !== false,
    input: isSmall(inputSchema) ? inputSchema : { type: 'object' },
  };
}

function isSmall(schema: object): boolean {
  return Buffer.byteLength(JSON.stringify(schema)) <= limits.inputBytes;
}
