import { commandGroup } from '../command-group.ts';
import { checkConnectors } from './check-connectors.ts';
import { listConnectors } from './list-connectors.ts';
import { newConnector } from './new-connector.ts';
import { showConnector } from './show-connector.ts';

/** `plugboard connectors`: what can be connected, and connectors of one's own. */
export const connectors = commandGroup('connectors', {
  summary: 'what can be connected, and connectors of your own: list, show, new, check',
  verbs: { list: listConnectors, show: showConnector, new: newConnector, check: checkConnectors },
});
