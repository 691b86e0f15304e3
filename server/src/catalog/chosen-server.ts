import type { Json } from '../lib/json.ts';
import type { McpDefinition, Program, ProgramServer, RemoteServer } from './format/mcp.ts';

/** The MCP server that a connection of these values means: the one at an address, or the program run in its place. */
export function chosenServer(mcp: McpDefinition, config: Readonly<Record<string, Json>>): ProgramServer | RemoteServer {
  if (mcp.transport === 'stdio') return mcp;
  const { stdio, ...remote } = mcp;
  if (stdio === undefined || config[stdio.when.field] !== stdio.when.is) return remote;
  const { when: _, ...program } = stdio;
  return { ...program, transport: 'stdio' };
}

/** Stands for a program where others have an address: what secrets are sealed with (S1). Without the version, so that an update keeps them. */
export function programAddress({ command }: Pick<Program, 'command'>): string {
  return `stdio:${command.replace(/^npm:(.+)@[^@]*$/, '$1')}`;
}
