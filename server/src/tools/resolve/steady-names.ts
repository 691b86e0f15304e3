import { customServerId, isAgentConnector } from '../../catalog/own-connectors.ts';
import type { Connection } from '../../connections/connection.ts';
import { toolAddress } from '../specs/tool-address.ts';

/**
 * How tools are called for an end user of an app, whose handles depend on how many others there are: by the connector's name
 * where they have one connection of it and nothing else goes by that name, else by the handle. What it answers is found by
 * that name again.
 */
export function steadyNames(usable: readonly Connection[]): (connection: Connection, tool: string) => string {
  const begun = usable.filter(({ status }) => status !== 'pending');
  const isOnly = ({ id, connectorId }: Connection): boolean =>
    connectorId !== customServerId &&
    !isAgentConnector(connectorId) &&
    begun.every((each) => each.id === id || (each.connectorId !== connectorId && each.handle !== connectorId));
  return (connection, tool) => {
    const steady = `${connection.connectorId}__${tool}`;
    const isWhole = toolAddress(connection.connectorId, tool) === steady;
    return isWhole && isOnly(connection) ? steady : toolAddress(connection.handle, tool);
  };
}
