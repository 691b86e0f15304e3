import { commandGroup } from '../command-group.ts';
import { mcpConfig } from './config.ts';

/** `plugboard mcp`: agents that speak MCP. */
export const mcp = commandGroup('mcp', {
  summary: 'give an MCP client its configuration',
  verbs: { config: mcpConfig },
});
