import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type GitlabEmulator, startGitlab } from '../../../tests/emulators/gitlab.ts';
import { gitlabTokens } from '../../../tests/emulators/gitlab/ledger.ts';
import { connectGitlab, idIn } from '../../../tests/support/connect.ts';
import { covers } from '../../../tests/support/covers.ts';
import { type DatabaseConfig, describeOnDatabases } from '../../../tests/support/databases.ts';
import { loose } from '../../../tests/support/loose-database.ts';
import { type Plugboard, startPlugboard } from '../../../tests/support/plugboard.ts';
import { openCredentials } from './open-credentials.ts';

const secret = gitlabTokens.valid;
const argument = 'An argument that nobody but the decider reads';
const forms = [secret, argument].flatMap((text) => [
  text,
  Buffer.from(text).toString('base64').slice(0, -4),
  Buffer.from(text).toString('base64url').slice(0, -4),
  Buffer.from(text).toString('hex'),
  encodeURIComponent(text),
]);

/** Every value of every row of every table, as text. */
async function everythingIn({ app }: Plugboard): Promise<ReadonlyMap<string, string>> {
  const db = loose(app.storage.writer);
  const tables = await db.introspection.getTables();
  const contents = await Promise.all(
    tables.map(async ({ name }) => [name, JSON.stringify(await db.selectFrom(name).selectAll().execute())] as const),
  );
  return new Map(contents);
}

describeOnDatabases('the secret of a connection', ({ engine, migrated }) => {
  let plugboard: Plugboard;
  let gitlab: GitlabEmulator;
  let database: DatabaseConfig;
  let connection: string;

  beforeAll(async () => {
    gitlab = await startGitlab();
    database = await migrated();
    plugboard = await startPlugboard(database);
    connection = await connectGitlab(plugboard, gitlab.url);
    await useEverything();
  });
  afterAll(() => gitlab.stop());

  /** Leaves traces wherever a connection leaves any: calls, approvals, jobs, events. */
  async function useEverything(): Promise<void> {
    const key = await plugboard.mint();
    const call = (tool: string, args: object) =>
      plugboard.call(`POST /api/v1/connections/${connection}/tools/${tool}/call`, {
        key,
        body: { arguments: { project: 'acme/api', ...args } },
      });
    gitlab.next('echo');
    await call('get_issue', { issue_iid: 1 });
    const asked = await call('create_issue', { title: argument });
    await plugboard.call(`POST /api/v1/approvals/${String(asked.body['approval_id'])}/approve`);
    await call('create_issue', { title: `${argument} again` });
    const fields = { base_url: gitlab.url, token: secret };
    const install = `POST /api/v1/connectors/gitlab/install?workspace_id=${plugboard.workspaceId}`;
    await plugboard.call(install, { body: { fields } });
    await plugboard.call(install, { body: { fields: { ...fields, base_url: 'http://127.0.0.1:9' } } });
    await plugboard.app.calls.flush();
  }

  it('is in no column of any table, neither clear nor encoded', async () => {
    covers('001/sealed', 'everywhere/7-no-secrets');
    const tables = await everythingIn(plugboard);
    expect(tables.get('connection_secrets')).toContain(connection);
    expect(tables.get('approvals')).toContain('done');
    for (const [table, content] of tables)
      for (const form of forms) expect(content.includes(form), `${table} holds ${form}`).toBe(false);
  });

  it.skipIf(engine === 'postgres')('is nowhere in the files of the database', () => {
    const files = readdirSync(database.dataDir).filter((name) => name.startsWith('plugboard'));
    expect(files).not.toEqual([]);
    for (const file of files)
      for (const form of forms) expect(readFileSync(join(database.dataDir, file)).includes(form), file).toBe(false);
  });

  it('is opened with the addresses it was given for', async () => {
    const db = plugboard.app.storage.workspace(plugboard.workspaceId);
    const opened = await openCredentials({ vault: plugboard.app.vault, db }, connection);
    expect(opened.secrets['token']?.reveal()).toBe(secret);
    expect(opened.origins).toEqual([gitlab.url]);
  });

  it('does not open in the row of another connection', async () => {
    const started = await plugboard.call('POST /api/v1/connections', {
      body: { connectorSlug: 'gitlab', label: 'Thief' },
    });
    const thief = idIn(started.body['connection']);
    const db = loose(plugboard.app.storage.writer);
    const row = await db
      .selectFrom('connection_secrets')
      .selectAll()
      .where('connection_id', '=', connection)
      .executeTakeFirstOrThrow();
    await db
      .insertInto('connection_secrets')
      .values({ ...row, connection_id: thief })
      .execute();
    const opening = { vault: plugboard.app.vault, db: plugboard.app.storage.workspace(plugboard.workspaceId) };
    await expect(openCredentials(opening, thief)).rejects.toThrow();
  });

  it('is gone with its connection', async () => {
    covers('004/delete-destroys');
    await plugboard.call(`DELETE /api/v1/connections/${connection}`);
    const tables = await everythingIn(plugboard);
    expect(tables.get('connection_secrets')).not.toContain(`"connection_id":"${connection}"`);
  });
});
