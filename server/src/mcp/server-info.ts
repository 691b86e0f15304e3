/** How we introduce ourselves to MCP clients. */
export const serverInfo = { name: 'plugboard', version: '0.1.0', title: 'Plugboard' };
