import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { StdioConfig } from '../../server/src/config.ts';
import { newId } from '../../server/src/lib/ids.ts';
import { anotherWorkspace } from '../support/another-workspace.ts';
import { covers } from '../support/covers.ts';
import { settingsFor } from '../support/cut-off.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { heldClock } from '../support/held-clock.ts';
import {
  callProgram,
  connectProgram,
  filesDir,
  found,
  hasBubblewrap,
  processesWith,
  programEntry,
  stdioWith,
} from '../support/local-programs.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';
import { startServerProcess } from '../support/server-process.ts';

/** Found in the command lines of one instance's programs, and nowhere else. */
const newMark = () => `mark-${newId()}`;
const untilGone = (mark: string) => vi.waitUntil(() => processesWith(mark).length === 0, { timeout: 20_000 });

describeOnDatabases('the life of a program that Plugboard runs', ({ migrated }) => {
  describe.skipIf(!hasBubblewrap)('in bubblewrap (needs bwrap)', () => {
    const folders = filesDir('notes');
    const clock = heldClock();
    const running: Plugboard[] = [];
    afterEach(async () => {
      await Promise.all(running.splice(0).map((each) => each.stop()));
    });

    const start = async (mark: string, more: Partial<StdioConfig> = {}): Promise<Plugboard> => {
      const args = [`--name=${mark}`];
      const folder = { field: 'folder', access: 'read-write' };
      const entries = [
        programEntry('plain', { args }),
        programEntry('noting', { args, folder, fields: [{ key: 'folder', label: 'Folder' }] }),
        programEntry('stubborn', { args: [...args, '--stubborn'] }),
      ];
      const options = { stdio: stdioWith(entries, more), filesDir: folders, clock };
      const plugboard = await startPlugboard(await migrated(), options);
      running.push(plugboard);
      return plugboard;
    };
    /** A call that takes for ever, once it is known to be under way. */
    const atWork = async (plugboard: Pick<Plugboard, 'call'>, id: string) => {
      const sign = newId();
      const call = callProgram(plugboard, [id, 'hang'], { sign });
      await vi.waitUntil(() => existsSync(join(folders, 'notes', sign)), { timeout: 20_000 });
      return { call };
    };
    const noting = { fields: { folder: 'notes' } };
    const started = (plugboard: Plugboard, id: string) => found(plugboard, [id, 'started']);

    it('begins with the first call, goes on for the next, and ends when nobody uses it', async () => {
      covers('local/idle');
      const mark = newMark();
      const plugboard = await start(mark, { idleMs: 300 });
      const id = await connectProgram(plugboard, 'plain');
      await untilGone(mark);
      const first = await started(plugboard, id);
      expect(await started(plugboard, id)).toBe(first);
      await untilGone(mark);
      expect(await started(plugboard, id)).not.toBe(first);
    });

    it('ends under a read, which is unavailable and not repeated, and begins again later and later', async () => {
      covers('local/crash', 'local/back-off');
      const plugboard = await start(newMark());
      const id = await connectProgram(plugboard, 'plain');
      const crash = () => callProgram(plugboard, [id, 'crash'], { text: 'a stack trace' });
      const ended = { status: 'unavailable', message: 'The local server ended with code 7.' };
      const waits: number[] = [];
      for (const times of ['and', '2 times', '3 times', '4 times']) {
        clock.hold();
        const [one, other] = await Promise.all([crash(), callProgram(plugboard, [id, 'hang'])]);
        expect([one, other]).toEqual([ended, ended]);
        const held = await callProgram(plugboard, [id, 'echo']);
        expect(held).toMatchObject({ status: 'unavailable', message: expect.stringContaining(times) });
        expect(JSON.stringify(held)).not.toContain('stack trace');
        waits.push(Number(/again in (\d+) s/.exec(String(held['message']))?.[1]));
        clock.forward(60_000);
      }
      expect(waits[0]).toBe(1);
      expect(waits[3]).toBeGreaterThan(3);
      expect(await found(plugboard, [id, 'echo'], { message: 'back' })).toEqual({ message: 'back' });
    });

    it('ends under a write, of which nobody knows whether it took place, and which is not repeated', async () => {
      covers('local/crash');
      const plugboard = await start(newMark());
      const id = await connectProgram(plugboard, 'noting', noting);
      const key = await plugboard.mint({ scopes: ['tools:call', 'tools:write_unasked'] });
      const text = newId();
      const outcome = await callProgram(plugboard, [id, 'note_and_crash'], { request: { key }, text });
      expect(outcome).toMatchObject({
        status: 'outcome_unknown',
        message: expect.stringContaining('ended with code 7'),
      });
      const notes = readFileSync(join(folders, 'notes', 'notes.txt'), 'utf8');
      expect(notes.split(text)).toHaveLength(2);
      const calls = await plugboard.call('GET /api/v1/calls?tool=note_and_crash');
      expect(calls.text).toContain('outcome_unknown');
    });

    it('makes room for another of its workspace when it is idle, and not when it is at work', async () => {
      covers('local/caps');
      const plugboard = await start(newMark(), { most: { inWorkspace: 1, inAll: 4 } });
      const one = await connectProgram(plugboard, 'noting', noting);
      const other = await connectProgram(plugboard, 'plain', { name: 'Other' });
      const first = await started(plugboard, one);
      await started(plugboard, other);
      expect(await started(plugboard, one)).not.toBe(first);
      const busy = await atWork(plugboard, one);
      expect(await callProgram(plugboard, [other, 'echo'])).toMatchObject({
        status: 'unavailable',
        message: expect.stringContaining('PLUGBOARD_STDIO_PER_WORKSPACE'),
      });
      await plugboard.stop();
      expect(await busy.call).toMatchObject({ status: 'unavailable' });
    });

    it('counts those of all workspaces together', async () => {
      covers('local/caps');
      const plugboard = await start(newMark(), { most: { inWorkspace: 1, inAll: 1 } });
      const there = await anotherWorkspace(plugboard);
      const [here, away] = [await connectProgram(plugboard, 'noting', noting), await connectProgram(there, 'plain')];
      const busy = await atWork(plugboard, here);
      const refused = await callProgram(there, [away, 'echo']);
      expect(refused).toMatchObject({ message: expect.stringContaining('PLUGBOARD_STDIO_MOST') });
      await plugboard.stop();
      expect(await busy.call).toMatchObject({ status: 'unavailable' });
    });

    it.each(['plain', 'stubborn'])('ends when Plugboard leaves, whether it wants to or not (%s)', async (command) => {
      covers('local/drain');
      const mark = newMark();
      const plugboard = await start(mark);
      const id = await connectProgram(plugboard, command);
      await started(plugboard, id);
      expect(processesWith(mark)).not.toEqual([]);
      await plugboard.stop();
      expect(processesWith(mark)).toEqual([]);
    });

    it('ends when its connection does', async () => {
      covers('local/drain');
      const mark = newMark();
      const plugboard = await start(mark);
      const id = await connectProgram(plugboard, 'plain');
      await started(plugboard, id);
      expect((await plugboard.call(`DELETE /api/v1/integrations/${id}`)).status).toBe(204);
      await untilGone(mark);
    });

    describe.each(['kill', 'stop'] as const)('of a process of its own (%s)', (how) => {
      const mark = newMark();
      beforeAll(async () => {
        const entry = programEntry('stubborn', { args: [`--name=${mark}`, '--stubborn'] });
        const plugboard = await startServerProcess({
          ...settingsFor(await migrated()),
          PLUGBOARD_STDIO: 'on',
          PLUGBOARD_STDIO_COMMANDS: JSON.stringify([entry]),
        });
        const id = await connectProgram(plugboard, 'stubborn');
        await found(plugboard, [id, 'started']);
        expect(processesWith(mark)).not.toEqual([]);
        await plugboard[how]();
      });

      it('ends with it', async () => {
        covers('local/drain');
        await untilGone(mark);
      });
    });
  });
});
