import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { honest, odd, oversized, unanswered } from '../emulators/hostile/malice.ts';
import { type Hostile, startHostile } from '../emulators/hostile.ts';
import { catalogFolder } from '../support/catalog-folder.ts';
import { connect } from '../support/connect.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { gated } from '../support/gated.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';

const mostTaken = 10 * 1024 * 1024;
/** What the system holds between two sockets, and what was on its way when we had enough. */
const betweenUs = 16 * 1024 * 1024;

describeOnDatabases('a provider that misbehaves', ({ engine, migrated }) => {
  const catalogDirs = [catalogFolder({ hostile: gated('hostile', 'limits: { timeout: 1 }') })];
  const stops: Hostile[] = [];
  let plugboard: Plugboard;
  let bold: string;

  beforeAll(async () => {
    plugboard = await startPlugboard(await migrated(), { catalogDirs });
    bold = await plugboard.mint({ scopes: ['tools:call', 'tools:write_unasked'] });
  });
  afterEach(async () => {
    await Promise.all(stops.splice(0).map((each) => each.stop()));
  });

  async function scene() {
    const hostile = await startHostile();
    stops.push(hostile);
    const fields = { base_url: hostile.url, token: 'a-token-of-malice-01' };
    const id = await connect(plugboard, ['hostile', fields], { label: hostile.url });
    const call = async (tool: 'get_thing' | 'make_thing') => {
      const path = `POST /api/v1/connections/${id}/tools/${tool}/call`;
      return (await plugboard.call(path, { key: bold, body: { arguments: { name: 'a' } } })).body;
    };
    const times = (method: string): number => hostile.requests.filter((each) => each.method === method).length;
    return { hostile, read: () => call('get_thing'), write: () => call('make_thing'), times };
  }

  // Nothing of this is different with another database.
  describe.skipIf(engine === 'postgres')('in its answers', () => {
    it.each(Object.entries(unanswered))('%s', async (_how, malice) => {
      covers('faults/away', 'faults/write');
      const { hostile, read, write, times } = await scene();
      hostile.malice = malice;
      expect(await read()).toMatchObject({ status: 'unavailable', message: expect.stringMatching(/\w+ \w+/) });
      expect(times('GET')).toBeLessThanOrEqual(2);
      expect(await write()).toMatchObject({ status: 'outcome_unknown' });
      expect(times('POST')).toBe(1);
      await hostile.gone();
      hostile.malice = undefined;
      expect(await read()).toMatchObject({ status: 'ok' });
    });

    it.each(Object.entries(oversized))('sends %s', async (_what, malice) => {
      covers('faults/huge', 'faults/write');
      const { hostile, read, write, times } = await scene();
      hostile.malice = malice();
      const before = process.resourceUsage().maxRSS;
      expect(await read()).toMatchObject({
        status: 'rejected',
        reason: 'input',
        message: expect.stringContaining('large'),
      });
      expect(hostile.sent()).toBeLessThan(mostTaken + betweenUs);
      expect(await write()).toMatchObject({ status: 'outcome_unknown' });
      expect([times('GET'), times('POST')]).toEqual([1, 1]);
      await hostile.gone();
      expect(process.resourceUsage().maxRSS - before).toBeLessThan(192 * 1024);
      hostile.malice = undefined;
      expect(await read()).toMatchObject({ status: 'ok' });
    });

    it.each(Object.entries(odd))('%s, and is understood', async (_how, [malice, output]) => {
      covers('faults/away');
      const { hostile, read, write } = await scene();
      hostile.malice = malice;
      expect(await read()).toMatchObject({ status: 'ok', output });
      expect(await write()).toMatchObject({ status: 'ok', output });
      hostile.malice = undefined;
      expect(await read()).toEqual({ status: 'ok', output: {} });
    });
  });

  it('goes away while a connection is kept: a read is sent again, a write is not', async () => {
    covers('faults/stale-socket', 'faults/write');
    const { hostile, read, write, times } = await scene();
    for (const call of [read, write]) {
      hostile.malice = undefined;
      expect(await call()).toMatchObject({ status: 'ok' });
      let deaths = 0;
      hostile.malice = (socket) => {
        deaths += 1;
        if (deaths === 1) socket.destroy();
        else socket.write(honest('{"again":true}'));
      };
      const expected = call === read ? { status: 'ok', output: { again: true } } : { status: 'outcome_unknown' };
      expect(await call()).toMatchObject(expected);
    }
    expect([times('GET'), times('POST')]).toEqual([3, 2]);
    expect((await plugboard.call('GET /api/v1/calls?limit=1')).body).toMatchObject({
      data: [{ tool: 'make_thing', status: 'outcome_unknown' }],
    });
  });

  it('is down: nothing was sent, so even a write is unavailable', async () => {
    covers('faults/away');
    const { hostile, read, write } = await scene();
    await hostile.stop();
    for (const call of [read, write]) expect(await call()).toMatchObject({ status: 'unavailable' });
  });
});
