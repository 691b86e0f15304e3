import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { checkLocalServers } from './check-local-servers.ts';

const hasBubblewrap = spawnSync('bwrap', ['--unshare-all', '--ro-bind', '/', '/', 'true']).status === 0;
const isRoot = process.getuid?.() === 0;
const without = { PLUGBOARD_STDIO: 'on', PLUGBOARD_STDIO_BUBBLEWRAP: '/nonexistent/bwrap' };

it('has nothing to say where no programs are run', () => {
  expect(checkLocalServers({})).toMatchObject({ status: 'ok' });
  expect(checkLocalServers({ PLUGBOARD_STDIO: 'off' })).toMatchObject({ status: 'ok' });
});

it.skipIf(!hasBubblewrap)('is content with bubblewrap (needs bwrap)', () => {
  expect(checkLocalServers({ PLUGBOARD_STDIO: 'on' })).toMatchObject({
    status: 'ok',
    message: expect.stringContaining('bubblewrap'),
  });
});

it.skipIf(isRoot)('S4: warns where nothing keeps programs from our keys', () => {
  expect(checkLocalServers(without)).toMatchObject({
    status: 'warning',
    message: expect.stringMatching(/not installed.*single workspace.*Install bubblewrap/),
  });
});

it.skipIf(!isRoot).each([
  ['61000', 'single workspace'],
  ['61000-61031', 'whole network'],
  [undefined, 'as nobody'],
])('S4: says what another user does not keep apart (%s, needs root)', (user, words) => {
  expect(checkLocalServers({ ...without, ...(user && { PLUGBOARD_STDIO_USER: user }) })).toMatchObject({
    status: 'warning',
    message: expect.stringContaining(words),
  });
});
