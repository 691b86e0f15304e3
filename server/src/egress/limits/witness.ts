import type { Health } from './health.ts';

/** Who asks what, as the health of an origin is told of it. */
export interface Asking {
  readonly health: Health;
  readonly origin: string;
  /** `undefined`: the process itself. */
  readonly workspaceId: string | undefined;
}

/** The same exchange, seen by the health of its origin. */
export async function witness<Answer extends { readonly status: number }>(
  exchange: Promise<Answer>,
  { health, origin, workspaceId }: Asking,
): Promise<Answer> {
  try {
    const answer = await exchange;
    health.answered(origin, workspaceId, answer.status);
    return answer;
  } catch (error) {
    health.failed(origin, workspaceId, error);
    throw error;
  }
}
