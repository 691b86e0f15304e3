import { sha256 } from '../../lib/digest.ts';

const longest = 52;

/** The name under which contracts 000 and 003 print a tool: `zendesk_get_ticket` (RULINGS, Everywhere 16). */
export function printedName(connectorId: string, tool: string): string {
  return `${connectorId.replaceAll('-', '_')}_${tool}`;
}

/** The name by which MCP and sessions call a tool of a connection: `<handle>__<tool>`, at most 52 characters (RULINGS, Everywhere 16). */
export function toolAddress(handle: string, tool: string): string {
  const plain = `${handle}__${tool.replaceAll(/[^A-Za-z0-9_.-]/g, '_')}`;
  if (plain.length <= longest && plain.endsWith(tool)) return plain;
  return `${plain.slice(0, longest - 9)}_${sha256(tool).slice(0, 8)}`;
}
