import { signInRule } from '../../../access/sign-in/better-auth.ts';
import { Failure } from '../../../errors.ts';
import type { PageVisit } from './page-route.ts';

/** Counts an attempt at a form by address, in the database (S27). Throws RATE_LIMITED where it is one too many. */
export async function countAttempt({ app, request }: Pick<PageVisit, 'app' | 'request'>, form: string): Promise<void> {
  const { allowed, retryAfter } = await app.auth.throttle.consume(`${form} ${request.ip}`, signInRule);
  if (!allowed) throw tooMany(retryAfter ?? signInRule.window);
}

function tooMany(retryAfter: number): Failure {
  return new Failure('RATE_LIMITED', `Too many attempts. Try again in ${retryAfter} seconds.`, { retryAfter });
}
