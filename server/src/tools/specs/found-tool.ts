import type { Connector } from '../../catalog/connector.ts';
import type { Connection } from '../../connections/connection.ts';
import type { ToolSwitches } from '../../connections/tools/tool-switches.ts';
import type { Held } from './held.ts';
import type { NarrowedTool } from './narrow-tool.ts';

/** A tool of one connection, as the connection offers it, with what a person switched on it. */
export interface FoundTool extends NarrowedTool {
  readonly connection: Connection;
  readonly connector: Connector;
  readonly switches: ToolSwitches;
  /** Why nobody may call it for now; absent where it may be called. */
  readonly held?: Held | undefined;
}
