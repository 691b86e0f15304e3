import type { Egress } from '../../../egress/egress.ts';

const timeoutMs = 10_000;
const maxBytes = 1_048_576;

/** What oauth4webapi asks its `customFetch` for. */
interface Wish {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** A `fetch` for oauth4webapi through the guarded door: ten seconds, one MiB, no redirect. Rejects with `EgressError`. */
export function guardedFetch(egress: Pick<Egress, 'request'>) {
  return async (url: string, { method, headers, body }: Wish): Promise<Response> => {
    const sent = body === undefined || body === null ? undefined : String(body);
    const answer = await egress.request({ method, url, headers, body: sent, timeoutMs, maxBytes });
    const hasBody = ![204, 205, 304].includes(answer.status) && answer.status >= 200 && answer.status < 600;
    if (!hasBody) return new Response(null, { status: 204 });
    return new Response(new Uint8Array(answer.body), { status: answer.status, headers: { ...answer.headers } });
  };
}
