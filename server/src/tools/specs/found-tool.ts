import type { Connector } from '../../catalog/connector.ts';
import type { Connection } from '../../connections/connection.ts';
import type { ToolSwitches } from '../../connections/tools/tool-switches.ts';
import type { ToolSpec } from './tool-spec.ts';

/** A tool of one connection, with what a person switched on it. */
export interface FoundTool {
  readonly connection: Connection;
  readonly connector: Connector;
  readonly spec: ToolSpec;
  readonly switches: ToolSwitches;
}
