import { request } from 'undici';

/** Between two samples of Node's monitor, in milliseconds; every sample has it on top of the delay. */
const samplingMs = 10;

/** p99 of how late Plugboard's event loop was since this was asked last, in milliseconds, from its `/metrics`. */
export function loopDelayOf(url: string, adminKey: string): () => Promise<number> {
  return async () => {
    const { statusCode, body } = await request(`${url}/metrics`, { headers: { authorization: `Bearer ${adminKey}` } });
    const text = await body.text();
    const [, seconds] = /^nodejs_eventloop_lag_p99_seconds (\S+)$/m.exec(text) ?? [];
    if (seconds === undefined)
      throw new Error(`GET /metrics was answered ${statusCode}, without the event loop's lag.`);
    return Math.max(0, Number(seconds) * 1000 - samplingMs);
  };
}
