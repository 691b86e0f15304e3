import { beforeAll, beforeEach, expect, it } from 'vitest';
import { startEchoMcp } from '../emulators/echo-mcp.ts';
import { type Gate, startGate } from '../emulators/gate.ts';
import { startOpenai } from '../emulators/openai.ts';
import { makeEndpoint, saying } from '../support/agent-endpoints.ts';
import { catalogFolder } from '../support/catalog-folder.ts';
import { connect } from '../support/connect.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { gated } from '../support/gated.ts';
import { connectServer } from '../support/integrations.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';

const ok = { status: 200, body: { fine: true } };

function limited(headers: Record<string, string>, status = 429) {
  return { status, body: { message: 'Slow down' }, headers };
}

describeOnDatabases('what a provider says about its limits', ({ migrated }) => {
  const catalogDirs = [catalogFolder({ gated: gated('gated') })];
  const clock = { ahead: 0, now: () => Date.now() + clock.ahead };
  let plugboard: Plugboard;
  let gate: Gate;
  let connection: string;
  let bold: string;

  beforeAll(async () => {
    plugboard = await startPlugboard(await migrated(), { catalogDirs, clock });
    bold = await plugboard.mint({ scopes: ['tools:call', 'tools:write_unasked'] });
  });

  const fields = (token: string) => ({ base_url: gate.url, token });

  beforeEach(async () => {
    gate = await startGate();
    connection = await connect(plugboard, ['gated', fields('first-token-0123')], { label: gate.url });
    return () => gate.stop();
  });

  const call = async (tool = 'get_thing', args: object = { name: 'a' }, where = connection) => {
    const path = `POST /api/v1/connections/${where}/tools/${tool}/call`;
    return (await plugboard.call(path, { key: bold, body: { arguments: args } })).body;
  };
  const held = (seconds: unknown) => ({ status: 'rejected', reason: 'rate_limit', retry_after: seconds });

  it.each([
    ['seconds', () => limited({ 'retry-after': '60' })],
    ['a date', () => limited({ 'retry-after': new Date(clock.now() + 60_000).toUTCString() })],
    [
      'the moment its limit starts anew',
      () => limited({ 'x-ratelimit-reset': String(Math.ceil(clock.now() / 1000) + 60) }),
    ],
    ['a 403 with nothing remaining', () => limited({ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '60' }, 403)],
  ])('keeps every tool of the connection back until then: %s', async (_how, answer) => {
    covers('limits/retry-after');
    gate.next(answer(), ok);
    expect(await call()).toMatchObject(held(expect.any(Number)));
    const told = await call('find_things', {});
    expect(told).toMatchObject({ ...held(expect.any(Number)), message: expect.stringContaining('did not send') });
    expect(Number(told['retry_after'])).toBeGreaterThan(55);
    expect(Number(told['retry_after'])).toBeLessThan(62);
    expect(await call('make_thing')).toMatchObject({ status: 'rejected', reason: 'rate_limit' });
    expect(gate.requests).toHaveLength(1);
    expect((await plugboard.call('GET /metrics')).text).toMatch(/plugboard_paused_connections [1-9]/);
    clock.ahead += 62_000;
    expect(await call()).toMatchObject({ status: 'ok' });
  });

  it('keeps back what comes after the last call of a limit, though that went well', async () => {
    covers('limits/spent');
    gate.next({ ...ok, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '30' } }, ok);
    expect(await call()).toMatchObject({ status: 'ok' });
    expect(await call()).toMatchObject(held(expect.any(Number)));
    expect(gate.requests).toHaveLength(1);
  });

  it('keeps nothing back for what a success says about something else, or while something is left', async () => {
    covers('limits/spent');
    gate.next({ ...ok, headers: { 'retry-after': '600' } });
    gate.next({ ...ok, headers: { 'x-ratelimit-remaining': '1', 'x-ratelimit-reset': '600' } }, ok);
    for (const _ of [1, 2, 3]) expect(await call()).toMatchObject({ status: 'ok' });
  });

  it('waits for a short pause, and sends a read once more after it', async () => {
    covers('limits/short-pause');
    gate.next(limited({ 'retry-after': '1' }), ok);
    expect(await call()).toMatchObject({ status: 'ok' });
    expect(gate.requests).toHaveLength(2);
    gate.next(limited({ 'retry-after': '1' }), limited({ 'retry-after': '1' }), ok);
    expect(await call()).toMatchObject(held(1));
    expect(gate.requests).toHaveLength(4);
    expect(await call()).toMatchObject({ status: 'ok' });
  });

  it('sends a write once, and has the next call wait for its short pause', async () => {
    covers('limits/short-pause');
    gate.next(limited({ 'retry-after': '1' }), ok);
    expect(await call('make_thing')).toMatchObject(held(1));
    expect(gate.requests).toHaveLength(1);
    expect(await call('make_thing')).toMatchObject({ status: 'ok' });
  });

  it('keeps one tool back for the limit of a part of the API', async () => {
    covers('limits/part');
    gate.next(limited({ 'retry-after': '60', 'x-ratelimit-resource': 'search' }), ok);
    expect(await call('find_things', {})).toMatchObject(held(60));
    expect(await call()).toMatchObject({ status: 'ok' });
    expect(await call('find_things', {})).toMatchObject({ status: 'rejected', reason: 'rate_limit' });
    expect(gate.requests).toHaveLength(2);
  });

  it('leaves other connections alone, and the same one with other credentials', async () => {
    covers('limits/reconfigured');
    const other = await connect(plugboard, ['gated', fields('other-token-0123')], { label: `other ${gate.url}` });
    gate.next(limited({ 'retry-after': '600' }), ok, ok);
    await call();
    expect(await call('get_thing', { name: 'b' }, other)).toMatchObject({ status: 'ok' });
    expect(await call()).toMatchObject({ status: 'rejected', reason: 'rate_limit' });
    const renewed = { body: { fields: fields('second-token-012') } };
    expect((await plugboard.call(`POST /api/v1/connections/${connection}/credentials`, renewed)).status).toBe(200);
    expect(await call()).toMatchObject({ status: 'ok' });
  });

  it('asks again after an hour, whatever it was told', async () => {
    covers('limits/retry-after');
    gate.next(limited({ 'retry-after': '86400' }), ok);
    expect(await call()).toMatchObject(held(86_400));
    expect(await call()).toMatchObject(held(3_600));
    clock.ahead += 3_600_000;
    expect(await call()).toMatchObject({ status: 'ok' });
  });

  it('counts for MCP servers', async () => {
    covers('limits/every-transport');
    const server = await startEchoMcp();
    const { id } = await connectServer(plugboard, { name: 'Limited', endpoint: server.endpoint });
    server.next('rate_limit');
    expect(await call('echo', { message: 'x' }, id)).toMatchObject(held(7));
    const told = await call('echo', { message: 'x' }, id);
    expect(told).toMatchObject({
      status: 'rejected',
      reason: 'rate_limit',
      message: expect.stringContaining('did not send'),
    });
    await server.stop();
  });

  it('counts for agents, called as a tool or by their own endpoint', async () => {
    covers('limits/every-transport');
    const openai = await startOpenai();
    const agent = {
      type: 'openai',
      config: { model: 'm', effect: 'read' },
      headers: { authorization: `Bearer ${openai.key}` },
    };
    const { id, path } = await makeEndpoint(plugboard, openai.baseUrl, agent);
    openai.next('rate_limit');
    expect(await call('invoke', saying('hello'), id)).toMatchObject(held(7));
    const { body } = await plugboard.call(`POST ${path}/invoke`, { body: saying('hello') });
    expect(body).toMatchObject({ success: false, error: expect.stringContaining('did not send') });
    expect(Object.keys(body).toSorted()).toEqual(['error', 'latencyMs', 'success']);
    expect(openai.ledger).toHaveLength(1);
    await openai.stop();
  });
});
