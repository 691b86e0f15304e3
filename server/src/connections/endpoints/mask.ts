import type { Secret } from '../../lib/secret.ts';

/** Beyond what a header can hold, so that no real value looks like a mask. */
const dots = '•'.repeat(8);
const shortestShown = 12;

/** What is shown of a secret that is not: the first and last two characters, and nothing of one under 12 characters (S17). */
export function maskOf(secret: Secret): string {
  const clear = secret.reveal();
  return clear.length < shortestShown ? dots : `${clear.slice(0, 2)}${dots}${clear.slice(-2)}`;
}
