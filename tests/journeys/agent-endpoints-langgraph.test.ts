import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { endpointsPath, endpointWish, makeEndpoint, saying } from '../support/agent-endpoints.ts';
import { idIn } from '../support/connect.ts';
import { covers } from '../support/covers.ts';
import { type LangGraphServer, langGraphStartMs, startLangGraph } from '../support/langgraph.ts';
import { type ListeningPlugboard, startListening } from '../support/listening.ts';

/** The document's walk with the server it is written for. What differs by database is shown elsewhere. */
describe('agent endpoints of a real LangGraph server (002)', () => {
  let plugboard: ListeningPlugboard;
  let langgraph: LangGraphServer;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'plugboard-endpoints-'));
    langgraph = await startLangGraph();
    plugboard = await startListening({ databaseUrl: undefined, dataDir: folder });
    return async () => {
      await langgraph.stop();
      rmSync(folder, { recursive: true, force: true });
    };
  }, langGraphStartMs);

  const make = (assistantId: string, configurable?: object) =>
    makeEndpoint(plugboard, `${langgraph.url}/`, { config: { assistantId, configurable } });
  const invoke = (path: string, body: unknown) => plugboard.call(`POST ${path}/invoke`, { body });

  it('make, test, invoke, change and delete one', async () => {
    covers('002/create', '002/test', '002/invoke', '002/put-keeps', '002/delete');
    const body = endpointWish(langgraph.url, { headers: { 'X-API-Key': 'lg-dev-key' } });
    const made = await plugboard.call(`POST ${endpointsPath}`, { body });
    expect(made.status).toBe(201);
    const path = `${endpointsPath}/${idIn(made.body)}`;
    expect((await plugboard.call(`POST ${path}/test`)).body).toEqual({
      success: true,
      latencyMs: expect.any(Number),
      response: 'You said "hello". I have heard 1 of your messages.',
    });
    const { body: answer } = await invoke(path, saying('Where is #12345?'));
    expect(answer).toMatchObject({
      success: true,
      messages: [{ role: 'assistant', content: 'You said "Where is #12345?". I have heard 1 of your messages.' }],
      tokensUsage: { input: 10, output: 7 },
    });
    await plugboard.call(`PUT ${path}`, { body: { config: { assistantId: 'fails' } } });
    expect((await plugboard.call(`POST ${path}/test`)).body).toMatchObject({ success: false });
    expect((await plugboard.call(`DELETE ${path}`)).status).toBe(204);
  });

  it('goes on with a thread that it is given', async () => {
    covers('002/invoke-thread', '002/invoke-no-echo');
    const { path } = await make('answers');
    const threadId = crypto.randomUUID();
    for (const heard of [1, 2]) {
      const { body } = await invoke(path, { ...saying('Again'), threadId });
      expect(body).toMatchObject({ success: true, threadId });
      const content = `You said "Again". I have heard ${heard} of your messages.`;
      expect(body['messages']).toEqual([{ role: 'assistant', content }]);
    }
    const outside = await invoke(path, { ...saying('Out'), threadId: '../../info' });
    expect(outside.body).toMatchObject({ success: false, error: expect.stringContaining('thread id') });
  });

  it('answers without the conversation that an agent hands back, ids or not', async () => {
    covers('002/invoke-no-echo');
    const { path } = await make('forgets-ids');
    expect((await invoke(path, saying('Who am I?'))).body['messages']).toEqual([
      { role: 'assistant', content: 'Who are you?' },
    ]);
  });

  it('joins the texts of blocks', async () => {
    covers('002/invoke-blocks');
    const { path } = await make('speaks-blocks');
    expect((await invoke(path, saying('Speak'))).body).toMatchObject({
      messages: [{ role: 'assistant', content: 'One, two.' }],
      tokensUsage: { input: 4, output: 3 },
    });
  });

  it('sends what is configurable with every run', async () => {
    covers('002/invoke-headers');
    const { path } = await make('echoes', { tenant: 'acme' });
    const { body } = await invoke(path, saying('What do you know?'));
    expect(JSON.stringify(body['messages'])).toContain(String.raw`\"tenant\":\"acme\"`);
  });

  it('tells what went wrong: in the graph, and before it', async () => {
    covers('002/invoke-error-inside', '002/invoke-failed');
    const failed = await invoke((await make('fails')).path, saying('Go'));
    expect(failed.body).toMatchObject({
      success: false,
      error: expect.stringContaining('The order service is down'),
      rawResponse: expect.stringContaining('__error__'),
    });
    const unknown = await invoke((await make('nobody')).path, saying('Go'));
    expect(unknown.body).toMatchObject({ success: false, error: expect.stringMatching(/^HTTP 4\d\d: /) });
  });

  it('streams the pieces of an answer', async () => {
    covers('002/invoke-stream');
    const { path } = await make('streams');
    const request = { headers: { accept: 'text/event-stream' }, body: saying('Slowly') };
    const { text } = await plugboard.call(`POST ${path}/invoke`, request);
    expect(text.split('event: delta').length).toBeGreaterThan(2);
    expect(text).toMatch(/event: result\ndata: \{"success":true.+Piece by piece\./);
  });

  it.each(['', 'text/event-stream'])(
    'cancels the run of a caller that leaves (accept "%s")',
    async (accept) => {
      covers('002/invoke-cancelled');
      const trace = join(folder, `trace-${accept.length}`);
      const { path } = await make('slow', { seconds: 30, trace });
      const leaving = new AbortController();
      const left = fetch(`${plugboard.publicUrl}${path}/invoke`, {
        method: 'POST',
        headers: { accept, authorization: `Bearer ${plugboard.adminKey}`, 'content-type': 'application/json' },
        body: JSON.stringify(saying('Take your time')),
        signal: leaving.signal,
      }).catch(() => undefined);
      const noted = () => (existsSync(trace) ? readFileSync(trace, 'utf8').trim().split('\n') : []);
      while (noted().length < 1) await setTimeout(20);
      leaving.abort();
      await left;
      while (noted().length < 2) await setTimeout(20);
      expect(noted()).toEqual(['started', 'cancelled']);
    },
    30_000,
  );
});
