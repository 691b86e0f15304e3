import { beforeAll, expect, it } from 'vitest';
import { type Gate, startGate } from '../emulators/gate.ts';
import { anotherWorkspace } from '../support/another-workspace.ts';
import { catalogFolder } from '../support/catalog-folder.ts';
import { connect } from '../support/connect.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { gated } from '../support/gated.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';

const down = { status: 503, body: { message: 'Down for maintenance' } };
const fine = { status: 200, body: {} };

describeOnDatabases('an origin that fails again and again', ({ migrated }) => {
  const catalogDirs = [catalogFolder({ gated: gated('gated') })];
  const clock = { ahead: 0, now: () => Date.now() + clock.ahead };
  let plugboard: Plugboard;
  let bold: string;
  let other: Pick<Plugboard, 'call'>;

  beforeAll(async () => {
    plugboard = await startPlugboard(await migrated(), { catalogDirs, clock });
    bold = await plugboard.mint({ scopes: ['tools:call', 'tools:write_unasked'] });
    other = await anotherWorkspace(plugboard);
  });

  async function scene() {
    const gate = await startGate();
    const fields = { base_url: gate.url, token: 'a-token-0123456' };
    const ids = {
      one: await connect(plugboard, ['gated', fields], { label: gate.url }),
      other: await connect(other, ['gated', fields], { label: gate.url }),
    };
    const call = async (who: 'one' | 'other' = 'one', tool = 'get_thing') => {
      const path = `POST /api/v1/connections/${ids[who]}/tools/${tool}/call`;
      const body = { arguments: { name: 'a' } };
      return (await (who === 'one' ? plugboard.call(path, { key: bold, body }) : other.call(path, { body }))).body;
    };
    return { gate, call };
  }

  const refused = { status: 'unavailable', message: expect.stringMatching(/tried again in \d+ seconds?\./) };

  async function failFive({ gate, call }: { gate: Gate; call: () => Promise<object> }): Promise<void> {
    gate.next(down, down, down, down, down);
    for (let n = 0; n < 5; n += 1) expect(await call()).toMatchObject({ message: expect.stringContaining('503') });
  }

  it('is not called for a while, and calls say so at once', async () => {
    covers('limits/breaker', 'limits/metrics');
    const { gate, call } = await scene();
    await failFive({ gate, call });
    expect(await call()).toMatchObject(refused);
    expect(await call('one', 'make_thing')).toMatchObject(refused);
    expect(gate.requests).toHaveLength(5);
    expect((await plugboard.call('GET /metrics')).text).toContain('plugboard_open_breakers{scope="workspace"} 1');
    clock.ahead += 5_000;
    gate.next(fine);
    await call();
    await gate.stop();
  });

  it('is tried by one call when the time is over: a success lets all through', async () => {
    covers('limits/breaker-trial');
    const { gate, call } = await scene();
    await failFive({ gate, call });
    clock.ahead += 5_000;
    const trial = call();
    await gate.arrived(6);
    expect(await call()).toMatchObject(refused);
    expect(gate.requests).toHaveLength(6);
    gate.let();
    expect(await trial).toMatchObject({ status: 'ok' });
    gate.next(fine, fine);
    expect(await call()).toMatchObject({ status: 'ok' });
    expect((await plugboard.call('GET /metrics')).text).toContain('plugboard_open_breakers{scope="workspace"} 0');
    await gate.stop();
  });

  it('is left alone twice as long after a trial that fails', async () => {
    covers('limits/breaker-trial');
    const { gate, call } = await scene();
    await failFive({ gate, call });
    clock.ahead += 5_000;
    gate.next(down);
    expect(await call()).toMatchObject({ message: expect.stringContaining('503') });
    clock.ahead += 9_000;
    expect(await call()).toMatchObject(refused);
    clock.ahead += 1_000;
    gate.next(fine);
    expect(await call()).toMatchObject({ status: 'ok' });
    await gate.stop();
  });

  it('is given up for the workspace whose calls fail, and for no other', async () => {
    covers('limits/breaker-whose');
    const { gate, call } = await scene();
    await failFive({ gate, call });
    gate.next(fine);
    expect(await call('other')).toMatchObject({ status: 'ok' });
    expect(await call()).toMatchObject(refused);
    clock.ahead += 5_000;
    gate.next(fine);
    expect(await call()).toMatchObject({ status: 'ok' });
    await gate.stop();
  });

  it('is given up for everybody where nothing listens any more', async () => {
    covers('limits/breaker', 'limits/breaker-whose');
    const { gate, call } = await scene();
    await gate.stop();
    const answers: unknown[] = [];
    for (let n = 0; n < 6; n += 1) answers.push(await call());
    expect(answers[0]).toMatchObject({ status: 'unavailable', message: expect.stringContaining('Connection refused') });
    expect(answers.at(-1)).toMatchObject(refused);
    expect(await call('other')).toMatchObject(refused);
    expect((await plugboard.call('GET /metrics')).text).toContain('plugboard_open_breakers{scope="everybody"} 1');
  });

  it.each([400, 401, 403, 404, 422, 429, 500])('is not given up for answers like %i', async (status) => {
    covers('limits/breaker-whose');
    const { gate, call } = await scene();
    const answer = { status, body: { message: 'No.' } };
    gate.next(...Array.from({ length: 8 }, () => answer));
    const calls = status === 401 ? 1 : 8;
    for (let n = 0; n < calls; n += 1) expect(await call('other')).not.toMatchObject(refused);
    expect(gate.requests).toHaveLength(calls);
    await gate.stop();
  });
});
