import { afterEach, expect, it, vi } from 'vitest';
import { connect } from '../support/connect.ts';
import { covers } from '../support/covers.ts';
import { type DatabaseConfig, describeOnDatabases } from '../support/databases.ts';
import { startTellingGitlab } from '../support/health.ts';
import { type ServerProcess, settingsFor, startServerProcess } from '../support/server-process.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const rounds = 4;

describeOnDatabases('events of a process that is killed', ({ engine, migrated }) => {
  const open: { stop(): Promise<void> }[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((each) => each.stop()));
  });

  const start = async (database: DatabaseConfig): Promise<ServerProcess> => {
    const plugboard = await startServerProcess(settingsFor(database));
    open.push(plugboard);
    return plugboard;
  };
  /** What is told of failing connections, by their ids. */
  const told = (outputs: readonly string[]): readonly string[] =>
    outputs
      .flatMap((output) => output.split('\n'))
      .filter((line) => line.includes('A connection does not work any more.'))
      .flatMap((line) => /connection:([0-9a-f-]{36})/.exec(line)?.[1] ?? []);

  it('are told by whoever comes next, each at least once', async () => {
    covers('health/outbox');
    const database = await migrated();
    const gitlab = await startTellingGitlab();
    open.push(gitlab);
    const outputs: (() => string)[] = [];
    const failed: string[] = [];
    const beside = engine === 'postgres' ? [await start(database)] : [];
    outputs.push(...beside.map(({ output }) => output));
    for (let round = 0; round < rounds; round += 1) {
      const plugboard = await start(database);
      outputs.push(plugboard.output);
      const token = `glpat-of-round-${round}-0123`;
      gitlab.tokens.set(token, 'ann');
      const id = await connect(plugboard, ['gitlab', { base_url: gitlab.url, token }], { label: token });
      gitlab.tokens.delete(token);
      failed.push(id);
      const call = plugboard.call(`POST /api/v1/connections/${id}/tools/get_issue/call`, {
        body: { arguments: { project: 'acme/api', issue_iid: 1 } },
      });
      await call;
      const status = async () => (await plugboard.call(`GET /api/v1/connections/${id}`)).body['status'];
      await expect.poll(status, { timeout: 10_000, interval: 1 }).toBe('auth_failed');
      await plugboard.kill();
    }
    const last = await start(database);
    outputs.push(last.output);
    const all = () => [...new Set(told(outputs.map((output) => output())))].toSorted();
    await expect.poll(all, { timeout: 40_000 }).toEqual(failed.toSorted());
  });
});
