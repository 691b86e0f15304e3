import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '../command.ts';

/** One entry for a client: where Plugboard is, and the key. */
export interface McpEntry {
  readonly name: string;
  readonly url: string;
  readonly key: string;
}

/** How an MCP client keeps its servers. */
export interface McpClient {
  readonly title: string;
  /** The file of its user, where it has one on this machine. */
  file(env: Environment): string;
  /** The text of that file with the entry added; says why where it cannot be. */
  merge(text: string, entry: McpEntry): Merged;
}

/** A file with an entry more, or why there is none. */
export type Merged = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly reason: string };

/** The clients by the name on the command line. */
export const mcpClients: ReadonlyMap<string, McpClient> = new Map([
  [
    'claude',
    {
      title: 'Claude Code',
      file: (env) => join(home(env), '.claude.json'),
      merge: (text, { name, url, key }) =>
        mergeJson(text, ['mcpServers', name], { type: 'http', url, headers: { Authorization: `Bearer ${key}` } }),
    },
  ],
  [
    'cursor',
    {
      title: 'Cursor',
      file: (env) => join(home(env), '.cursor', 'mcp.json'),
      merge: (text, { name, url, key }) =>
        mergeJson(text, ['mcpServers', name], { url, headers: { Authorization: `Bearer ${key}` } }),
    },
  ],
  [
    'vscode',
    {
      title: 'VS Code',
      file: (env) => join(codeFolder(env), 'Code', 'User', 'mcp.json'),
      merge: (text, { name, url, key }) =>
        mergeJson(text, ['servers', name], { type: 'http', url, headers: { Authorization: `Bearer ${key}` } }),
    },
  ],
  [
    'codex',
    {
      title: 'Codex',
      file: (env) => join(env['CODEX_HOME'] || join(home(env), '.codex'), 'config.toml'),
      merge: mergeToml,
    },
  ],
]);

function home(env: Environment): string {
  return env['HOME'] || homedir();
}

function codeFolder(env: Environment): string {
  if (process.platform === 'win32') return env['APPDATA'] || join(home(env), 'AppData', 'Roaming');
  if (process.platform === 'darwin') return join(home(env), 'Library', 'Application Support');
  return env['XDG_CONFIG_HOME'] || join(home(env), '.config');
}

/** Adds a value below two keys. What is there stays, in its order; a file that is no plain JSON is left alone. */
function mergeJson(text: string, [group, name]: readonly [string, string], value: unknown): Merged {
  const file = text.trim() === '' ? {} : parsed(text);
  if (!isObject(file)) return { ok: false, reason: 'it is not plain JSON: comments would be lost' };
  const servers = file[group] ?? {};
  if (!isObject(servers)) return { ok: false, reason: `its "${group}" is no object` };
  if (Object.hasOwn(servers, name)) return { ok: false, reason: `it has "${name}" already` };
  const indent = /^[ \t]+(?=")/m.exec(text)?.[0] ?? '  ';
  return { ok: true, text: `${JSON.stringify({ ...file, [group]: { ...servers, [name]: value } }, null, indent)}\n` };
}

/** A table at the end of a TOML file is a table of its own, whatever stands before it. */
function mergeToml(text: string, { name, url, key }: McpEntry): Merged {
  if (
    new RegExp(`^[ \\t]*\\[[ \\t]*["']?mcp_servers["']?[ \\t]*\\.[ \\t]*["']?${name}["']?[ \\t]*[\\].]`, 'm').test(text)
  )
    return { ok: false, reason: `it has "${name}" already` };
  if (/^[ \t]*["']?mcp_servers["']?[ \t]*[=.]/m.test(text))
    return { ok: false, reason: 'it keeps its servers in another way than in tables' };
  const table = `[mcp_servers.${name}]
url = ${JSON.stringify(url)}
http_headers = { "Authorization" = ${JSON.stringify(`Bearer ${key}`)} }
`;
  const before = text === '' || text.endsWith('\n') ? text : `${text}\n`;
  return { ok: true, text: before === '' ? table : `${before}\n${table}` };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
