import type { CallOptions, CallableTool, Toolset, WaitingCall } from '@plugboard/sdk';
import { dynamicTool, jsonSchema, type Tool } from 'ai';

/** How the tools are called. */
export interface AiToolOptions {
  /** Seconds Plugboard waits for a person before it answers that the call still waits. Default 45. */
  readonly wait?: number | undefined;
  /** Decides calls that need it, once the person in the chat has approved them: see `aiApprovals`. */
  readonly decide?: ((waiting: WaitingCall) => Promise<unknown>) | undefined;
}

/**
 * The tools for `generateText`, `streamText` and agents of the Vercel AI SDK, by name. What a call came to is the output:
 * a call that was rejected, or waits for a person, is data that the model can read.
 */
export function aiTools(toolset: Toolset, options: AiToolOptions = {}): Record<string, Tool<unknown, unknown>> {
  return Object.fromEntries(toolset.list.map((tool) => [tool.name, aiTool(tool, options)]));
}

/**
 * `toolApproval` for the same tools: those that ask a person ask in the chat. Give `aiTools` a `decide` that carries the
 * decision to Plugboard, with a key of its own whose only scope is `approvals:decide`.
 */
export function aiApprovals(toolset: Toolset): Record<string, 'user-approval'> {
  return Object.fromEntries(toolset.list.filter(({ asks }) => asks).map(({ name }) => [name, 'user-approval']));
}

function aiTool({ description, inputSchema, call }: CallableTool, options: AiToolOptions): Tool<unknown, unknown> {
  return dynamicTool({
    description,
    inputSchema: jsonSchema(inputSchema),
    execute: (input, { abortSignal }) =>
      call(asArguments(input), { ...options, signal: abortSignal } satisfies CallOptions),
  });
}

function asArguments(input: unknown): object {
  return typeof input === 'object' && input !== null ? input : {};
}
