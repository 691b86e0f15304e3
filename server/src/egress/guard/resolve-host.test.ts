import { expect, it } from 'vitest';
import { createResolveHost, type DnsAnswer } from './resolve-host.ts';

function asking(answer: () => Promise<readonly DnsAnswer[]>, timeoutMs = 1_000) {
  const clock = { time: 0, now: () => clock.time };
  const asked: string[] = [];
  const lookup = (host: string) => {
    asked.push(host);
    return answer();
  };
  return { clock, asked, resolveHost: createResolveHost({ lookup, timeoutMs, clock }) };
}

it('asks one question for many callers at once', async () => {
  const { asked, resolveHost } = asking(async () => [{ address: '1.2.3.4' }]);
  const answers = await Promise.all(Array.from({ length: 20 }, () => resolveHost('a.example')));
  expect(asked).toEqual(['a.example']);
  expect(answers[19]).toEqual(['1.2.3.4']);
});

it.each([
  { ttl: 5, remembersMs: 5_000 },
  { ttl: 86_400, remembersMs: 30_000 },
])('remembers an answer of $ttl seconds for $remembersMs ms', async ({ ttl, remembersMs }) => {
  const { clock, asked, resolveHost } = asking(async () => [
    { address: '1.2.3.4', ttl: 100_000 },
    { address: '::2', ttl },
  ]);
  await resolveHost('a.example');
  clock.time = remembersMs - 1;
  await resolveHost('a.example');
  expect(asked).toHaveLength(1);
  clock.time = remembersMs;
  await resolveHost('a.example');
  expect(asked).toHaveLength(2);
});

it.each([undefined, 0])('remembers nothing with a time to live of %s', async (ttl) => {
  const { asked, resolveHost } = asking(async () => [
    ttl === undefined ? { address: '1.2.3.4' } : { address: '1.2.3.4', ttl },
  ]);
  await resolveHost('a.example');
  await resolveHost('a.example');
  expect(asked).toHaveLength(2);
});

it('says when a name is unknown, and asks again the next time', async () => {
  const { asked, resolveHost } = asking(async () => []);
  for (const _ of [1, 2])
    await expect(resolveHost('a.example')).rejects.toMatchObject({
      problem: 'dns',
      message: expect.stringContaining('a.example could not be found'),
    });
  expect(asked).toHaveLength(2);
});

it('waits for a name server no longer than it is told', async () => {
  const { resolveHost } = asking(() => new Promise(() => undefined), 30);
  await expect(resolveHost('a.example')).rejects.toMatchObject({ problem: 'dns', sent: false });
});
