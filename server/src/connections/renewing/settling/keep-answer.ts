import type { App } from '../../../context.ts';
import type { Lease } from '../../../credentials/grants/lease-grant.ts';
import type { TokenOutcome } from '../../../oauth/token-set.ts';
import { keepProblem } from './keep-problem.ts';
import { keepTokens } from './keep-tokens.ts';
import type { AskableQuestion } from '../asking/question-of.ts';
import type { Renewal } from '../renew.ts';

/** A request that came to something. */
export interface Answered extends AskableQuestion {
  readonly lease: Lease;
  readonly outcome: TokenOutcome;
}

/** Keeps what came of a request before anything else is done with it (R1). */
export async function keepAnswer(app: Pick<App, 'vault' | 'clock' | 'log'>, answered: Answered): Promise<Renewal> {
  const { outcome } = answered;
  if ('ok' in outcome && outcome.ok) return keepTokens(app, { ...answered, tokens: outcome.tokens });
  return keepProblem(app, { ...answered, problem: outcome });
}
