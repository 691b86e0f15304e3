import { beforeAll, describe, expect, it } from 'vitest';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { heldClock } from '../support/held-clock.ts';
import {
  callProgram,
  connectProgram,
  found,
  hasBubblewrap,
  programEntry,
  stdioWith,
} from '../support/local-programs.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';

const longest = 10 * 1024 * 1024;
/** What an answer of the emulated program has around its text. */
const around = JSON.stringify({ jsonrpc: '2.0', id: 0, result: { content: [{ type: 'text', text: '""' }] } }).length;

describeOnDatabases('S4, a program that writes without end', ({ migrated }) => {
  describe.skipIf(!hasBubblewrap)('in bubblewrap (needs bwrap)', () => {
    const clock = heldClock();
    let plugboard: Plugboard;
    let noisy: string;
    let quiet: string;
    beforeAll(async () => {
      plugboard = await startPlugboard(await migrated(), { stdio: stdioWith([programEntry('plain')]), clock });
      noisy = await connectProgram(plugboard, 'plain', { name: 'Noisy' });
      quiet = await connectProgram(plugboard, 'plain', { name: 'Quiet' });
    });
    const fromQuiet = () => found(plugboard, [quiet, 'echo'], { still: 'here' });
    /** Lets the time pass after which one that ended may begin again. */
    const begin = async (): Promise<void> => {
      clock.forward(120_000);
      await found(plugboard, [noisy, 'echo']);
    };

    it('in one line is ended, and counts as one that keeps ending', async () => {
      covers('local/crash', 'local/back-off');
      await begin();
      clock.hold();
      const endless = callProgram(plugboard, [noisy, 'endless']);
      expect(await fromQuiet()).toEqual({ still: 'here' });
      const tooLong = expect.stringContaining('wrote a line of more than 10 MiB');
      expect(await endless).toEqual({ status: 'unavailable', message: tooLong });
      expect(await callProgram(plugboard, [noisy, 'echo'])).toEqual({ status: 'unavailable', message: tooLong });
    });

    it.each([
      ['is read', -100, 'ok'],
      ['is not', 100, 'unavailable'],
    ])('in a line about as long as may be %s', async (_what, more, status) => {
      await begin();
      const answer = await callProgram(plugboard, [noisy, 'long'], { bytes: longest - around - 20 + more });
      expect(answer['status']).toBe(status);
    });

    it('in many small ones is made to wait, and nobody else is', async () => {
      await begin();
      const chatter = callProgram(plugboard, [noisy, 'chatter']);
      for (let count = 0; count < 20; count += 1) expect(await fromQuiet()).toEqual({ still: 'here' });
      await plugboard.stop();
      expect(await chatter).toMatchObject({ status: 'unavailable' });
    });
  });
});
