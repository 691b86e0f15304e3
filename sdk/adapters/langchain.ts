import { DynamicStructuredTool } from '@langchain/core/tools';
import { describeOutcome, type CallableTool, type CallOptions, type ToolOutcome, type Toolset } from '@plugboard/sdk';

/** The tools of LangChain: the model reads what a call came to as JSON, and the artifact of the message is the outcome itself. */
export type PlugboardTool = DynamicStructuredTool<
  CallableTool['inputSchema'],
  unknown,
  unknown,
  readonly [content: string, artifact: ToolOutcome]
>;

/** The tools for agents and models of LangChain and LangGraph: `createAgent({ model, tools: langchainTools(toolset) })`. */
export function langchainTools(toolset: Toolset, options: Pick<CallOptions, 'wait' | 'decide'> = {}): PlugboardTool[] {
  return toolset.list.map((tool) => langchainTool(tool, options));
}

function langchainTool({ name, description, inputSchema, call }: CallableTool, options: CallOptions): PlugboardTool {
  return new DynamicStructuredTool({
    name,
    description,
    schema: withoutPatterns(inputSchema),
    responseFormat: 'content_and_artifact',
    func: async (input, _manager, config) => {
      const outcome = await call(asArguments(input), { ...options, signal: config?.signal });
      return [describeOutcome(outcome), outcome];
    },
  });
}

/**
 * LangChain runs the patterns of a schema over what a model wrote, and one that somebody else's server made can run for
 * ever. Plugboard checks the arguments anyway.
 */
function withoutPatterns(schema: Schema): Schema {
  const kept = Object.entries(schema).filter(([key]) => key !== 'pattern' && key !== 'patternProperties');
  return Object.fromEntries(kept.map(([key, value]) => [key, namesOthers.has(key) ? eachOf(value) : insideOf(value)]));
}

type Schema = Readonly<Record<string, unknown>>;

/** Under these, keys are names of somebody's own. */
const namesOthers: ReadonlySet<string> = new Set(['properties', '$defs', 'definitions', 'dependentSchemas']);

function eachOf(value: unknown): unknown {
  if (!isSchema(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, insideOf(each)]));
}

function insideOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(insideOf);
  return isSchema(value) ? withoutPatterns(value) : value;
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function asArguments(input: unknown): object {
  return typeof input === 'object' && input !== null ? input : {};
}
