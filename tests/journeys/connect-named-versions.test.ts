import { beforeAll, expect, it } from 'vitest';
import { Secret } from '../../server/src/lib/secret.ts';
import { listen, type Listening } from '../emulators/listen.ts';
import { catalogFolder } from '../support/catalog-folder.ts';
import { covers } from '../support/covers.ts';
import { type DatabaseConfig, describeOnDatabases } from '../support/databases.ts';
import { connectedNamed, connectNamed, placesIn } from '../support/named-connections.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';

/** A help desk whose one tool has another name and place in every version. */
const desk = (version: string, tool: string) => `
schema: 1
id: desk
name: Desk
version: ${version}
description: A help desk that changes with its versions.
category: testing
auth_mode: pat
brand_color: '#000000'
fields:
  - { key: base_url, label: Address, type: url }
  - { key: token, label: Token, secret: true }
auth: { scheme: bearer, token: '\${field.token}' }
http: { base_url: '\${field.base_url}' }
tools:
  - name: ${tool}
    label: Read
    description: Reads what there is to read in ${version}.
    effect: read
    input: { type: object, properties: {}, additionalProperties: false }
    operation: { method: GET, path: /${tool} }
`;

describeOnDatabases('the version of a named connection (000.2)', ({ migrated }) => {
  let database: DatabaseConfig;
  let provider: Listening;
  const adminKey = new Secret('pb_a-key-that-outlives-every-instance');
  const asked: (string | undefined)[] = [];

  beforeAll(async () => {
    database = await migrated();
    provider = await listen((request, response) => {
      asked.push(request.url);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"read":true}');
    });
    return () => provider.stop();
  });

  const start = (manifests: Readonly<Record<string, string>>) =>
    startPlugboard(database, { adminKey, catalogDirs: [catalogFolder(manifests)] });
  const first = { desk: desk('1.0.0', 'read_first') };
  const second = { desk: desk('2.0.0', 'read_second') };
  const wish = (more: object = {}) => ({
    name: 'A desk',
    security: { token: 'a-desk-token', base_url: provider.url },
    ...more,
  });
  const read = async ({ call }: Plugboard, id: string, tool: string) => {
    const { body, status } = await call(`POST /api/v1/connections/${id}/tools/${tool}/call`, { body: {} });
    return status === 200 ? body['status'] : status;
  };

  it('stays where it was pinned, and goes with the latest where it was not', async () => {
    covers('000/connect-pinned', '000/connect-latest', '000/connect-kept', '000/connect-unknown-version');
    const then = await start(first);
    const pinned = await connectedNamed(then, 'desk', wish({ version: '1.0.0' }));
    const latest = await connectedNamed(then, 'desk', wish({ version: null }));
    await then.stop();

    const now = await start(second);
    expect(await read(now, pinned, 'read_first')).toBe('ok');
    expect(await read(now, pinned, 'read_second')).toBe(404);
    expect(await read(now, latest, 'read_second')).toBe('ok');
    expect(await read(now, latest, 'read_first')).toBe(404);
    expect(asked).toEqual(['/read_first', '/read_second']);

    const again = await connectNamed(now, 'desk', wish({ version: '1.0.0' }));
    expect(again.body).toMatchObject({ version: '1.0.0' });
    expect((await connectNamed(now, 'desk', wish())).body).toMatchObject({ version: '2.0.0' });
    const unknown = await connectNamed(now, 'desk', wish({ version: '3.0.0' }));
    expect(placesIn(unknown)).toEqual(['version: value_error']);
    expect(unknown.text).toContain('2.0.0');
    for (const version of ['latest', '1', '', '1.0.0 ', '1.0.0\n'])
      expect(placesIn(await connectNamed(now, 'desk', wish({ version })))).toEqual(['version: value_error']);
    await now.stop();

    const later = await start({});
    expect(await read(later, pinned, 'read_first')).toBe('ok');
    expect(await read(later, latest, 'read_second')).not.toBe('ok');
    expect((await connectNamed(later, 'desk', wish({ version: '1.0.0' }))).status).toBe(404);
    await later.stop();
  });

  it('that nobody connected here is unknown here', async () => {
    covers('000/connect-unknown-version');
    const here = await start(second);
    const elsewhere = await startPlugboard(await migrated(), { catalogDirs: [catalogFolder(second)] });
    for (const [plugboard, status] of [
      [here, 200],
      [elsewhere, 422],
    ] as const)
      expect((await connectNamed(plugboard, 'desk', wish({ version: '1.0.0' }))).status).toBe(status);
  });
});
