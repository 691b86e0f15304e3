import { expect, it } from 'vitest';
import { newConnection } from '../../../../tests/support/new-connection.ts';
import { newTool } from '../../../../tests/support/new-tool.ts';
import { shippedConnector } from '../../../../tests/support/shipped-connector.ts';
import { placeOf } from './place-of.ts';

const connection = newConnection({});
const found = { connection, connector: shippedConnector('gitlab'), spec: newTool({}) };

it.each([
  ['https://api.example.com/v4/issues?x=1', 'https://api.example.com'],
  ['https://API.example.com.:443/v4', 'https://api.example.com'],
  ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
  ['https://api.example.com?q=a/b', 'https://api.example.com'],
  ['https://api.example.com#a/b', 'https://api.example.com'],
  ['postgres://app:secret@db.example.com:5432/sales', 'tcp://db.example.com:5432'],
  ['mysql://[2001:db8::1]:3306/sales', 'tcp://[2001:db8::1]:3306'],
  ['sqlite:/srv/data.db', connection.id],
  ['npx -y some-server', connection.id],
])('counts a call to %s at %s', (url, origin) => {
  expect(placeOf({ found, url }).origin).toBe(origin);
});

it('counts by workspace, connection and what the connector says', () => {
  const narrow = { ...found, connector: { ...found.connector, limits: { in_flight: 3 } } };
  expect(placeOf({ found: narrow, url: 'https://a.example/' })).toMatchObject({
    workspaceId: connection.workspaceId,
    connectionId: connection.id,
    generation: connection.generation,
    part: found.spec.name,
    mostOfConnection: 3,
  });
});
