import { beforeAll, expect, it } from 'vitest';
import type { Role } from '../../server/src/access/caller.ts';
import { type EchoMcp, startEchoMcp } from '../emulators/echo-mcp.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { connectedNamed, connectNamed, placesIn } from '../support/named-connections.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';

describeOnDatabases('S6: a named connection', ({ migrated }) => {
  let server: EchoMcp;
  let local: Plugboard;

  beforeAll(async () => {
    server = await startEchoMcp();
    local = await startPlugboard(await migrated(), { egressAllow: [] });
    return () => server.stop();
  });

  const keyOf = (role: Role, plugboard = local) =>
    plugboard.mint({ kind: 'person', role, scopes: ['connections:read', 'connections:write'] });
  const echo = (key: string) => ({ name: 'Echo', key, target_system_servers: [{ url: server.endpoint }] });
  const refused = ['target_system_servers.0.url: value_error'];

  it('of a MEMBER or MANAGER reaches no MCP server on loopback', async () => {
    covers('000/connect-servers-refused');
    const before = server.requests.length;
    for (const role of ['MEMBER', 'MANAGER'] as const)
      expect(placesIn(await connectNamed(local, 'everything', echo(await keyOf(role))))).toEqual(refused);
    expect(server.requests).toHaveLength(before);
  });

  it('of an ADMIN does, on an instance that only this machine reaches', async () => {
    await connectedNamed(local, 'everything', echo(await keyOf('ADMIN')));
    const open = await startPlugboard(await migrated(), {
      egressAllow: [],
      publicUrl: 'https://plugboard.example.com',
    });
    expect(placesIn(await connectNamed(open, 'everything', echo(await keyOf('OWNER', open))))).toEqual(refused);
  });

  it('reaches neither Plugboard itself nor an HTTP API on loopback, whoever makes it', async () => {
    covers('000/connect-servers-refused');
    for (const [connector, url] of [
      ['everything', 'http://127.0.0.1:7400/mcp'],
      ['everything', 'http://localhost:7400/mcp'],
      ['gitlab', server.url],
    ] as const) {
      const body = { name: 'Home', security: connector === 'gitlab' ? { token: 'x' } : null };
      const answer = await connectNamed(local, connector, { ...body, target_system_servers: [{ url }] });
      expect(placesIn(answer)).toEqual(refused);
    }
  });
});
