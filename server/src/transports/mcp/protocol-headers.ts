/** Whether the protocol itself says something in this header, by its name in lower case (MCP 2025-11-25, transports). */
export function isOfTheProtocol(name: string): boolean {
  return /^(accept|content-type|last-event-id|mcp-.*)$/.test(name);
}
