import { catalog } from './requirements/catalog.ts';
import { connections } from './requirements/connections.ts';
import { connectorObjects } from './requirements/connector-objects.ts';
import { everywhere } from './requirements/everywhere.ts';
import { later } from './requirements/later.ts';
import type { Requirement } from './requirements/requirement.ts';

/** Every promise that a test must hold, or that says what it waits for. */
export const requirements: readonly Requirement[] = [
  ...everywhere,
  ...catalog,
  ...connections,
  ...connectorObjects,
  ...later,
];

type Row = (typeof everywhere | typeof catalog | typeof connections | typeof connectorObjects | typeof later)[number];

/** Citing an id that is not in the list does not compile. */
export type RequirementId = Row['id'];
