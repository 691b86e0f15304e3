import { agentEndpoints } from './requirements/agent-endpoints.ts';
import { catalog } from './requirements/catalog.ts';
import { connect } from './requirements/connect.ts';
import { connections } from './requirements/connections.ts';
import { connectorObjects } from './requirements/connector-objects.ts';
import { everywhere } from './requirements/everywhere.ts';
import type { Requirement } from './requirements/requirement.ts';
import { toolFamily } from './requirements/tool-family.ts';

/** Every promise that a test must hold, or that says what it waits for. */
export const requirements: readonly Requirement[] = [
  ...everywhere,
  ...catalog,
  ...connect,
  ...toolFamily,
  ...connections,
  ...connectorObjects,
  ...agentEndpoints,
];

type Row = (
  | typeof everywhere
  | typeof catalog
  | typeof connect
  | typeof toolFamily
  | typeof connections
  | typeof connectorObjects
  | typeof agentEndpoints
)[number];

/** Citing an id that is not in the list does not compile. */
export type RequirementId = Row['id'];
