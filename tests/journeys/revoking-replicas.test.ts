import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type GitlabEmulator, startGitlab } from '../emulators/gitlab.ts';
import { connectGitlab } from '../support/connect.ts';
import { covers } from '../support/covers.ts';
import { newDatabases } from '../support/databases.ts';
import { finished, revoke } from '../support/revoking.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

const rounds = 5;
const connections = 5;
/** What is promised (R6), counted from the answer to the start of the last request that was still served. */
const promisedMs = 1_000;

describe('connections that are revoked by a filter on one replica', () => {
  const { migrated } = newDatabases('postgres');
  let gitlab: GitlabEmulator;
  let here: ServerProcess;
  let there: ServerProcess;
  const figures: number[] = [];

  beforeAll(async () => {
    const address = (await migrated()).databaseUrl?.reveal() ?? '';
    gitlab = await startGitlab();
    here = await startServerProcess({ DATABASE_URL: address });
    there = await startServerProcess({ DATABASE_URL: address });
  });
  afterAll(async () => {
    await Promise.all([here.stop(), there.stop(), gitlab.stop()]);
    const sorted = figures.toSorted((one, other) => one - other).map(Math.round);
    process.stdout.write(`R6, ms until a revocation held on the other replica: ${sorted.join(', ')}\n`);
  });

  const isServed = async (id: string): Promise<boolean> => {
    const body = { arguments: { project: 'acme/api', issue_iid: 1 } };
    return (await there.call(`POST /api/v1/connections/${id}/tools/get_issue/call`, { body })).body['status'] === 'ok';
  };

  /** How long any of them is used on after the answer, in milliseconds. */
  async function lingering(ids: readonly string[]): Promise<number> {
    for (const id of ids) await expect.poll(() => isServed(id), { timeout: 20_000, interval: 5 }).toBe(true);
    const revocation = await revoke(here, { connector: 'gitlab' });
    const answeredAt = performance.now();
    let last = answeredAt;
    for (;;) {
      const startedAt = performance.now();
      const served = await Promise.all(ids.map(isServed));
      if (!served.includes(true)) break;
      last = startedAt;
    }
    await finished(there, revocation);
    return last - answeredAt;
  }

  it(`are not used on another one after a second (${rounds} times)`, async () => {
    covers('revocation/replicas');
    for (let round = 0; round < rounds; round += 1) {
      const labels = Array.from({ length: connections }, (_, index) => `Round ${round} ${index}`);
      const ids = await Promise.all(labels.map((label) => connectGitlab(here, gitlab.url, { label })));
      figures.push(await lingering(ids));
    }
    expect(Math.max(...figures)).toBeLessThanOrEqual(promisedMs);
  });
});
