import { beforeAll, expect, it } from 'vitest';
import { type GitlabEmulator, startGitlab } from '../emulators/gitlab.ts';
import { gitlabTokens } from '../emulators/gitlab/ledger.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { connectedNamed } from '../support/named-connections.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';

const header = 'tenant-0123456789';

describeOnDatabases('S1: the headers of a connection whose credentials are submitted again', ({ migrated }) => {
  let plugboard: Plugboard;
  let home: GitlabEmulator;
  let elsewhere: GitlabEmulator;

  beforeAll(async () => {
    [home, elsewhere] = await Promise.all([startGitlab(), startGitlab()]);
    plugboard = await startPlugboard(await migrated());
    return () => Promise.all([home.stop(), elsewhere.stop()]);
  });

  const connect = () =>
    connectedNamed(plugboard, 'gitlab', {
      name: 'Acme',
      security: { token: gitlabTokens.valid, base_url: home.url },
      headers: { 'X-Tenant': header },
    });
  const submit = (id: string, url: string) =>
    plugboard.call(`POST /api/v1/connections/${id}/credentials`, {
      body: { fields: { token: gitlabTokens.valid, base_url: url } },
    });
  const read = (id: string) =>
    plugboard.call(`POST /api/v1/connections/${id}/tools/get_issue/call`, {
      body: { arguments: { project: 'acme/api', issue_iid: 1 } },
    });

  it('stay while they go where they went', async () => {
    covers('001/headers-kept');
    const id = await connect();
    expect((await submit(id, home.url)).status).toBe(200);
    expect(home.ledger.at(-1)?.headers['x-tenant']).toBe(header);
    expect((await read(id)).body).toMatchObject({ status: 'ok' });
    expect(home.ledger.at(-1)?.headers['x-tenant']).toBe(header);
  });

  it('are gone once they would go elsewhere, and do not come back', async () => {
    covers('001/headers-kept', '001/sealed');
    const id = await connect();
    expect((await submit(id, elsewhere.url)).status).toBe(200);
    expect((await read(id)).body).toMatchObject({ status: 'ok' });
    expect(elsewhere.ledger.length).toBeGreaterThan(1);
    expect(JSON.stringify(elsewhere.ledger)).not.toContain(header);
    expect((await submit(id, home.url)).status).toBe(200);
    expect(home.ledger.at(-1)?.headers['x-tenant']).toBeUndefined();
  });
});
