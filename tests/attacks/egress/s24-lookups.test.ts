import { setTimeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { covers } from '../../support/covers.ts';
import { failureOf, openEgress } from './support.ts';

/** A name server that answers when it is told to. */
function slowNameServer() {
  const asked: string[] = [];
  const answers: (() => void)[] = [];
  const resolver = (host: string) => {
    asked.push(host);
    return new Promise<readonly []>((resolve) => answers.push(() => resolve([])));
  };
  return { asked, resolver, answer: () => answers.splice(0).forEach((each) => each()) };
}

it('S24: a workspace that asks for many names leaves others room to ask for theirs', async () => {
  covers('limits/lookups');
  const { asked, resolver, answer } = slowNameServer();
  const egress = openEgress({ resolver });
  const ask = (workspace: string, host: string) =>
    failureOf(egress.of(workspace).request({ method: 'GET', url: `http://${host}/` }));
  const noisy = Array.from({ length: 40 }, (_, n) => ask('noisy', `n${n}.example`));
  await expect.poll(() => asked.length).toBe(32);
  const quiet = ask('quiet', 'q.example');
  await expect.poll(() => asked).toContain('q.example');
  expect(asked).toHaveLength(33);
  answer();
  await expect.poll(() => asked.length).toBe(41);
  answer();
  const failures = await Promise.all([...noisy, quiet]);
  expect(new Set(failures.map(({ problem }) => problem))).toEqual(new Set(['dns']));
  await egress.close();
});

it('S24: names asked for by several workspaces at once are asked for once', async () => {
  covers('limits/lookups');
  const { asked, resolver, answer } = slowNameServer();
  const egress = openEgress({ resolver });
  const calls = Array.from({ length: 20 }, (_, n) =>
    failureOf(egress.of(`w${n}`).request({ method: 'GET', url: 'http://shared.example/' })),
  );
  await expect.poll(() => asked.length).toBe(1);
  await setTimeout(20);
  expect(asked).toEqual(['shared.example']);
  answer();
  await Promise.all(calls);
  await egress.close();
});

it('S24: more names than may wait are refused at once, and the others not forgotten', async () => {
  covers('limits/lookups');
  const { asked, resolver, answer } = slowNameServer();
  const egress = openEgress({ resolver });
  const noisy = egress.of('noisy');
  const ask = (n: number) => failureOf(noisy.request({ method: 'GET', url: `http://n${n}.example/` }));
  const taken = Array.from({ length: 32 + 512 }, (_, n) => ask(n));
  await expect.poll(() => asked.length).toBe(32);
  expect(await ask(544)).toMatchObject({ problem: 'busy', sent: false });
  for (let n = 1; n <= 17; n += 1) {
    await expect.poll(() => asked.length).toBe(n * 32);
    answer();
  }
  expect(new Set((await Promise.all(taken)).map(({ problem }) => problem))).toEqual(new Set(['dns']));
  await egress.close();
});
