import type { AgentAnswer } from './agent-call.ts';

/** How many tokens went in and came out. */
export type TokensUsage = NonNullable<Extract<AgentAnswer, { success: true }>['tokensUsage']>;

/** The first of these that is a count. */
export function countOf(...values: readonly unknown[]): number | undefined {
  for (const value of values) if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value;
  return undefined;
}
