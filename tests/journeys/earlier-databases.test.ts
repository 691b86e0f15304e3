import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Client } from 'pg';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { startGitlab } from '../emulators/gitlab.ts';
import { startFixedWay } from '../fixtures/databases/make/fixed-way.ts';
import { verify } from '../support/audit.ts';
import { covers } from '../support/covers.ts';
import { type DatabaseConfig, describeOnDatabases } from '../support/databases.ts';
import { settingsFor, startServerProcess } from '../support/server-process.ts';

vi.setConfig({ testTimeout: 120_000 });

const folder = join(import.meta.dirname, '../fixtures/databases');
const releases = readdirSync(folder).filter((name) => /^\d/.test(name));
const facts = z.object({ connection: z.string(), project: z.string() });
const bothFacts = z.object({ sqlite: facts, postgres: facts });

describeOnDatabases('a database of an earlier release (R15)', ({ engine, empty }) => {
  const open: { stop(): Promise<void> }[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((each) => each.stop()));
  });

  /** That database, as it was saved. */
  async function saved(release: string): Promise<DatabaseConfig> {
    const database = await empty();
    if (database.databaseUrl === undefined) {
      const file = gunzipSync(readFileSync(join(folder, release, 'plugboard.db.gz')));
      writeFileSync(join(database.dataDir, 'plugboard.db'), file, { mode: 0o600 });
      return database;
    }
    const client = new Client({ connectionString: database.databaseUrl.reveal() });
    await client.connect();
    await client.query(readFileSync(join(folder, release, 'postgres.sql'), 'utf8'));
    await client.end();
    return database;
  }

  describe.each(releases)('%s', (release) => {
    it('is migrated and used: its records verify, its secrets open, its connection calls', async () => {
      covers('migrations/earlier');
      const known = bothFacts.parse(JSON.parse(readFileSync(join(folder, release, 'facts.json'), 'utf8')))[engine];
      const gitlab = await startGitlab();
      const way = await startFixedWay(gitlab.url);
      open.push(gitlab, way);
      const plugboard = await startServerProcess(settingsFor(await saved(release)));
      open.push(plugboard);
      const { call } = plugboard;
      expect((await call('GET /api/projects')).text).toContain(known.project);
      const read = await call(`POST /api/v1/connections/${known.connection}/tools/get_issue/call`, {
        body: { arguments: { project: 'acme/api', issue_iid: 1 } },
      });
      expect(read.body).toMatchObject({ status: 'ok', output: { iid: 1 } });
      expect(await verify(plugboard)).toMatchObject({ ok: true, said: [], expired: 1 });
      expect((await call('POST /api/projects', { body: { name: 'New', slug: 'new' } })).status).toBe(201);
    });
  });

  it('is saved for this release too', () => {
    const { version } = z.object({ version: z.string() }).parse(JSON.parse(readFileSync('package.json', 'utf8')));
    expect(releases).toContain(version);
  });
});
