/** What came back from one address, or why nothing did. */
export type Asked =
  | { readonly answered: true; readonly status: number; readonly text: string; readonly skewMs: number | undefined }
  | { readonly answered: false; readonly reason: string };

/** Asks without any key, within 5 s. */
export async function ask(url: string): Promise<Asked> {
  const startedAt = Date.now();
  try {
    const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(5_000) });
    const skewMs = skewOf(response.headers.get('date'), startedAt, Date.now());
    return { answered: true, status: response.status, text: await response.text(), skewMs };
  } catch (error) {
    return { answered: false, reason: reasonOf(error) };
  }
}

/** How far the server's clock is ahead of ours, give or take half a second and half the way there and back. */
function skewOf(date: string | null, startedAt: number, endedAt: number): number | undefined {
  const theirs = date === null ? Number.NaN : Date.parse(date) + 500;
  return Number.isNaN(theirs) ? undefined : theirs - (startedAt + endedAt) / 2;
}

const reasons = new Map([
  ['ECONNREFUSED', 'the connection was refused'],
  ['ENOTFOUND', 'there is no such host'],
  ['EAI_AGAIN', 'the name could not be looked up'],
  ['ECONNRESET', 'the connection was cut'],
]);

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return 'no answer within 5 s';
  const { cause } = error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : error.message;
  return reasons.get(code) ?? code;
}
