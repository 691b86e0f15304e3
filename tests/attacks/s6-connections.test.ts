import { beforeAll, describe, expect, it } from 'vitest';
import type { Role } from '../../server/src/access/caller.ts';
import { type EchoMcp, startEchoMcp } from '../emulators/echo-mcp.ts';
import { startGitlab } from '../emulators/gitlab.ts';
import { gitlabTokens } from '../emulators/gitlab/ledger.ts';
import { idIn } from '../support/connect.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { type ApiAnswer, type Plugboard, startPlugboard } from '../support/plugboard.ts';

/** Connects the connector with these values as somebody of this role. */
async function submit(
  plugboard: Plugboard,
  role: Role,
  [slug, fields]: readonly [string, Readonly<Record<string, string>>],
): Promise<ApiAnswer> {
  const scopes = ['connections:read', 'connections:write'] as const;
  const key = await plugboard.mint({ kind: 'person', role, scopes });
  const body = { connectorSlug: slug, label: `of ${role} ${Math.random()}` };
  const started = await plugboard.call('POST /api/v1/connections', { key, body });
  const id = idIn(started.body['connection']);
  return plugboard.call(`POST /api/v1/connections/${id}/credentials`, { key, body: { fields } });
}

describeOnDatabases('S6', ({ migrated }) => {
  let server: EchoMcp;
  beforeAll(async () => {
    server = await startEchoMcp();
    return () => server.stop();
  });

  describe('on an instance that only this machine reaches', () => {
    let plugboard: Plugboard;
    beforeAll(async () => {
      plugboard = await startPlugboard(await migrated(), { egressAllow: [] });
    });

    it.each<Role>(['MEMBER', 'MANAGER'])('a %s cannot connect an MCP server on loopback', async (role) => {
      const before = server.requests.length;
      const answer = await submit(plugboard, role, ['everything', { url: server.endpoint }]);
      expect(answer).toMatchObject({ status: 422, body: { error: { code: 'INVALID_INPUT' } } });
      expect(answer.text).toContain('loopback address');
      expect(server.requests).toHaveLength(before);
    });

    it('an ADMIN can', async () => {
      expect((await submit(plugboard, 'ADMIN', ['everything', { url: server.endpoint }])).status).toBe(200);
    });

    it('an ADMIN cannot by a name that merely resolves to loopback', async () => {
      const { port } = new URL(server.url);
      const answer = await submit(plugboard, 'ADMIN', ['everything', { url: `http://127.0.0.1.nip.io:${port}/mcp` }]);
      expect(answer.status).not.toBe(200);
    });

    it('not even an ADMIN reaches Plugboard itself', async () => {
      for (const host of ['127.0.0.1', 'localhost', '[::1]']) {
        const answer = await submit(plugboard, 'ADMIN', ['everything', { url: `http://${host}:7400/mcp` }]);
        expect(answer.status).toBe(422);
        expect(answer.text).toContain('Plugboard itself');
      }
    });

    it('not even an ADMIN connects an HTTP API on loopback', async () => {
      const gitlab = await startGitlab();
      const fields = { base_url: gitlab.url, token: gitlabTokens.valid };
      expect((await submit(plugboard, 'ADMIN', ['gitlab', fields])).status).toBe(422);
      expect(gitlab.ledger).toEqual([]);
      await gitlab.stop();
    });

    it('a MEMBER who submits again loses the loopback that an ADMIN had set up', async () => {
      const [key, member] = await Promise.all(
        (['ADMIN', 'MEMBER'] as const).map((role) =>
          plugboard.mint({ kind: 'person', role, scopes: ['connections:read', 'connections:write'] }),
        ),
      );
      const body = { connectorSlug: 'everything', label: 'shared hands' };
      const started = await plugboard.call('POST /api/v1/connections', { ...(key && { key }), body });
      const path = `POST /api/v1/connections/${idIn(started.body['connection'])}/credentials`;
      const fields = { url: server.endpoint };
      expect((await plugboard.call(path, { ...(key && { key }), body: { fields } })).status).toBe(200);
      expect((await plugboard.call(path, { ...(member && { key: member }), body: { fields } })).status).toBe(422);
    });
  });

  it('behind a public address nobody connects a server on loopback', async () => {
    const plugboard = await startPlugboard(await migrated(), {
      egressAllow: [],
      publicUrl: 'https://plugboard.example.com',
    });
    const before = server.requests.length;
    expect((await submit(plugboard, 'OWNER', ['everything', { url: server.endpoint }])).status).toBe(422);
    expect(server.requests).toHaveLength(before);
  });
});
