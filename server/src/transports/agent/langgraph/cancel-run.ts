import { isRecord } from '../../../lib/json.ts';
import { agentUrl } from '../agent-url.ts';
import type { AgentAddress, AgentAsk, AgentPlace, SideRequest } from '../protocol.ts';
import { callMark, threadUrl } from './build-run.ts';

/**
 * Cancels the run of a call. `on_disconnect: cancel` alone does not do it everywhere: `langgraphjs dev` heeds it on streams
 * of threads only, and tells nobody the thread of a stateless run. So the run is looked up by the mark of its call.
 */
export async function cancelRun(ask: AgentAsk, request: SideRequest): Promise<void> {
  const threadId = ask.threadId ?? (await findThread(ask, request));
  if (threadId === undefined) return;
  const place = { baseUrl: ask.baseUrl, config: ask.config, threadId };
  for (const status of ['running', 'pending']) {
    const runs = await ofAddress(threadUrl(place, '/runs'), (url) =>
      request({ method: 'GET', url: `${url}?status=${status}&limit=100` }),
    );
    for (const runId of marked(runs, ask.callId)) await cancel(place, runId, request);
  }
}

async function findThread({ baseUrl, callId }: AgentAsk, request: SideRequest): Promise<string | undefined> {
  const body = { metadata: { [callMark]: callId }, limit: 1 };
  const found = await ofAddress(agentUrl(baseUrl, '/threads/search'), (url) => request({ method: 'POST', url, body }));
  const [thread] = recordsIn(found);
  return typeof thread?.thread_id === 'string' ? thread.thread_id : undefined;
}

/** The ids of the runs that carry the mark of this call: others on the same thread are not ours to end. */
function marked(runs: unknown, callId: string): readonly string[] {
  return recordsIn(runs)
    .filter(({ metadata }) => isRecord(metadata) && metadata[callMark] === callId)
    .flatMap(({ run_id }) => (typeof run_id === 'string' ? [run_id] : []));
}

async function cancel(place: AgentPlace, runId: string, request: SideRequest): Promise<void> {
  await ofAddress(threadUrl(place, `/runs/${encodeURIComponent(runId)}/cancel`), (url) =>
    request({ method: 'POST', url, body: {} }),
  );
}

async function ofAddress(address: AgentAddress, send: (url: string) => Promise<unknown>): Promise<unknown> {
  return address.ok ? send(address.url) : undefined;
}

function recordsIn(list: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(list) ? list.filter(isRecord) : [];
}
