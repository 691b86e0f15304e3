import { tool, type FunctionTool } from '@openai/agents';
import { describeOutcome, type CallableTool, type CallOptions, type Toolset, type WaitingCall } from '@plugboard/sdk';

/** How the tools are called. */
export interface AgentToolOptions {
  /** Seconds Plugboard waits for a person before it answers that the call still waits. Default 45. */
  readonly wait?: number | undefined;
  /**
   * Decides calls that need it, once the run was interrupted for them and `state.approve(interruption)` was said. Without
   * it nothing is interrupted, and a call waits for a person in Plugboard.
   */
  readonly decide?: ((waiting: WaitingCall) => Promise<unknown>) | undefined;
}

/** The tools for agents of the OpenAI Agents SDK: `new Agent({ tools: agentTools(toolset) })`. */
export function agentTools(toolset: Toolset, options: AgentToolOptions = {}): FunctionTool[] {
  return toolset.list.map((each) => agentTool(each, options));
}

function agentTool(
  { name, description, inputSchema, asks, call }: CallableTool,
  options: AgentToolOptions,
): FunctionTool {
  return tool({
    name,
    description,
    parameters: { type: 'object', properties: {}, required: [], ...inputSchema, additionalProperties: true },
    strict: false,
    needsApproval: asks && options.decide !== undefined,
    execute: async (input, _context, details) =>
      describeOutcome(await call(asArguments(input), { ...options, signal: details?.signal } satisfies CallOptions)),
  });
}

function asArguments(input: unknown): object {
  return typeof input === 'object' && input !== null ? input : {};
}
