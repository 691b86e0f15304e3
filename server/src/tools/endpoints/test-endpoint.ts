import type { AgentEndpoint } from '../../connections/endpoints/endpoint.ts';
import type { Context } from '../../context.ts';
import { invokeEndpoint } from './invoke-endpoint.ts';

/** Whether an agent answers, in how many milliseconds, and what it said or why not. */
export type EndpointTest =
  | { readonly success: true; readonly latencyMs: number; readonly response: string }
  | { readonly success: false; readonly latencyMs: number; readonly error: string };

/** Says hello to the agent and reads its answer (RULINGS 002.4). What came of it is data, not an error. */
export async function testEndpoint(ctx: Context, endpoint: AgentEndpoint): Promise<EndpointTest> {
  const said = { as: 'test', messages: [{ role: 'user', content: 'hello' }] } as const;
  const answer = await invokeEndpoint(ctx, endpoint, said);
  const { latencyMs } = answer;
  if (!answer.success) return { success: false, latencyMs, error: answer.error };
  const last = answer.messages.findLast(({ content }) => content !== '') ?? answer.messages.at(-1);
  if (last === undefined) return { success: false, latencyMs, error: 'The agent answered without a message' };
  return { success: true, latencyMs, response: last.content };
}
