import { setTimeout } from 'node:timers/promises';
import { beforeAll, beforeEach, expect, it } from 'vitest';
import { type Gate, startGate } from '../emulators/gate.ts';
import { anotherWorkspace } from '../support/another-workspace.ts';
import { catalogFolder } from '../support/catalog-folder.ts';
import { connect } from '../support/connect.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { gated } from '../support/gated.ts';
import { type ApiAnswer, type Plugboard, startPlugboard } from '../support/plugboard.ts';

const nobody: Pick<Plugboard, 'call'> = {
  call: async () => {
    throw new Error('Nobody calls yet.');
  },
};

describeOnDatabases('limits of calls under way', ({ migrated }) => {
  const catalogDirs = [catalogFolder({ gated: gated('gated'), narrow: gated('narrow', 'limits: { in_flight: 1 }') })];
  let plugboard: Plugboard;
  let slow: Gate;
  let fast: Gate;
  const doors: Record<'noisy' | 'quiet', Pick<Plugboard, 'call'>> = { noisy: nobody, quiet: nobody };
  const at: Record<string, string> = {};

  beforeAll(async () => {
    plugboard = await startPlugboard(await migrated(), { catalogDirs });
    Object.assign(doors, { noisy: plugboard, quiet: await anotherWorkspace(plugboard) });
  });

  beforeEach(async () => {
    [slow, fast] = [await startGate(), await startGate()];
    fast.open = true;
    for (const who of ['noisy', 'quiet'] as const) {
      for (const [name, gate] of [
        ['slow', slow],
        ['fast', fast],
      ] as const) {
        const fields = { base_url: gate.url, token: `${who}-token-012345` };
        at[`${who} ${name}`] = await connect(doors[who], ['gated', fields], { label: gate.url });
      }
    }
    return async () => {
      slow.open = true;
      slow.let();
      await Promise.all([slow.stop(), fast.stop()]);
    };
  });

  const call = (
    [who, where]: readonly ['noisy' | 'quiet', string],
    name: string,
    headers: Record<string, string> = {},
  ) =>
    doors[who].call(`POST /api/v1/connections/${at[`${who} ${where}`] ?? where}/tools/get_thing/call`, {
      headers,
      body: { arguments: { name } },
    });
  const flood = (where: string, count: number): Promise<ApiAnswer>[] =>
    Array.from({ length: count }, (_, n) => call(['noisy', where], `n${n}`));
  const gauges = async () => {
    const { text } = await plugboard.call('GET /metrics');
    const value = (state: string): number =>
      Number(new RegExp(`plugboard_tool_calls{state="${state}"} (\\d+)`).exec(text)?.[1]);
    return { running: value('running'), waiting: value('waiting') };
  };

  it('leave a quiet workspace room at an origin that a noisy one floods, and everywhere else', async () => {
    covers('limits/in-flight', 'limits/no-tenant-starves', 'limits/metrics');
    const over: string[] = [];
    const noisy = flood('slow', 300).map((each) => noting(over, 'noisy', each));
    await slow.arrived(256);
    expect(await gauges()).toEqual({ running: 256, waiting: 44 });
    expect((await call(['quiet', 'fast'], 'q')).body).toMatchObject({ status: 'ok' });
    expect((await call(['noisy', 'fast'], 'n')).body).toMatchObject({ status: 'ok' });
    const beside = noting(over, 'quiet', call(['quiet', 'slow'], 'q'));
    await slow.arrived(257);
    expect(slow.requests.filter(({ token }) => token.startsWith('quiet'))).toHaveLength(1);
    expect(over).toEqual([]);
    slow.open = true;
    slow.let();
    const answers = await Promise.all([...noisy, beside]);
    expect(answers.every(({ body }) => body['status'] === 'ok')).toBe(true);
    expect(slow.requests).toHaveLength(301);
    expect(await gauges()).toEqual({ running: 0, waiting: 0 });
  });

  it('have calls of one workspace go in the order they came', async () => {
    covers('limits/fair-queue');
    const noisy = flood('slow', 256);
    await slow.arrived(256);
    const names = ['a', 'b', 'c', 'd'];
    const later: Promise<ApiAnswer>[] = [];
    for (const name of names) {
      later.push(call(['noisy', 'slow'], name));
      while ((await gauges()).waiting < later.length) await setTimeout(10);
    }
    for (const [index] of names.entries()) {
      slow.let(1);
      await slow.arrived(257 + index);
    }
    expect(slow.requests.slice(256).map(({ path }) => path)).toEqual(names.map((name) => `/things/${name}`));
    slow.let();
    await Promise.all([...noisy, ...later]);
  });

  it('wait no longer than the client says, say that they are ours and when to come back, and send nothing', async () => {
    covers('limits/deadline', 'limits/ours');
    const noisy = flood('slow', 256);
    await slow.arrived(256);
    const held = await call(['noisy', 'slow'], 'late', { prefer: 'wait=1' });
    expect(held).toMatchObject({
      status: 200,
      body: {
        status: 'rejected',
        reason: 'rate_limit',
        retry_after: 5,
        message: expect.stringContaining('Plugboard itself'),
      },
    });
    expect((await plugboard.call('GET /api/v1/calls?limit=1')).body).toMatchObject({
      data: [{ tool: 'get_thing', status: 'rejected', reason: 'rate_limit' }],
    });
    expect(slow.requests).toHaveLength(256);
    slow.let();
    await Promise.all(noisy);
  });

  it('keep a write that never had its turn off the list of those that were begun', async () => {
    covers('limits/ours');
    const noisy = flood('slow', 256);
    await slow.arrived(256);
    const held = await plugboard.call(`POST /api/v1/connections/${at['noisy slow']}/tools/make_thing/call`, {
      headers: { prefer: 'wait=1' },
      key: await plugboard.mint({ scopes: ['tools:call', 'tools:write_unasked'], kind: 'person' }),
      body: { arguments: { name: 'late' } },
    });
    expect(held.body).toMatchObject({ status: 'rejected', reason: 'rate_limit' });
    slow.let();
    await Promise.all(noisy);
    expect(slow.requests.some(({ method }) => method === 'POST')).toBe(false);
  });

  it('are as narrow as the connector says, for each of its connections', async () => {
    covers('limits/in-flight-connector');
    const fields = { base_url: slow.url, token: 'narrow-token-012345' };
    const [one, other] = [
      await connect(plugboard, ['narrow', fields], { label: `one ${slow.url}` }),
      await connect(plugboard, ['narrow', fields], { label: `other ${slow.url}` }),
    ];
    const first = call(['noisy', one], 'first');
    await slow.arrived(1);
    const second = call(['noisy', one], 'second');
    const beside = call(['noisy', other], 'beside');
    await slow.arrived(2);
    expect(slow.requests.map(({ path }) => path)).toEqual(['/things/first', '/things/beside']);
    slow.let(1);
    await slow.arrived(3);
    expect(slow.requests.at(-1)).toMatchObject({ path: '/things/second' });
    slow.let();
    expect((await Promise.all([first, second, beside])).map(({ body }) => body['status'])).toEqual(['ok', 'ok', 'ok']);
  });
});

async function noting<T>(over: string[], who: string, call: Promise<T>): Promise<T> {
  const answer = await call;
  over.push(who);
  return answer;
}
