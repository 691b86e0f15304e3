/** How we introduce ourselves to MCP servers. */
export const clientInfo = { name: 'plugboard', version: '1' };
