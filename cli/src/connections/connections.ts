import { commandGroup } from '../command-group.ts';
import { listConnections } from './list-connections.ts';
import { reconnect } from './reconnect.ts';
import { revokeConnection } from './revoke-connection.ts';
import { showConnection } from './show-connection.ts';
import { testConnection } from './test-connection.ts';

/** `plugboard connections`: what is connected. */
export const connections = commandGroup('connections', {
  summary: 'what is connected: list, show, test, reconnect, revoke',
  verbs: {
    list: listConnections,
    show: showConnection,
    test: testConnection,
    reconnect,
    revoke: revokeConnection,
  },
});
