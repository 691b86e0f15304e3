import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';

/** A place in the server, and what it is for. */
export interface Place {
  readonly name: string;
  readonly purpose: string;
}

/** Imports point down this list, never up. The one place where the order is written; the docs and the test are made from it. */
export const order: readonly Place[] = [
  { name: 'main.ts', purpose: 'the process: config → app → listen → drain' },
  { name: 'maintain.ts', purpose: 'the operator’s commands beside the server: backup, restore, checking connectors' },
  { name: 'app.ts', purpose: 'the composition root: the only file that builds long-lived things' },
  { name: 'sealed-columns.ts', purpose: 'every column that holds boxes, for rotating the keys' },
  { name: 'http', purpose: 'edge: HTTP; one file per resource in routes/, one per wire noun in shapes/' },
  { name: 'mcp', purpose: 'edge: our tools, served to MCP clients' },
  { name: 'agents', purpose: 'agents, sessions, running a turn' },
  { name: 'tools', purpose: 'finding, ruling on and calling a tool; the tools a connection has' },
  { name: 'approvals', purpose: 'calls waiting for a person' },
  { name: 'links', purpose: 'connect links and the tokens of end users' },
  { name: 'webhooks', purpose: 'addresses outside that are told what happens: signed, in order, until they have it' },
  { name: 'connections', purpose: 'what a connection is: start, complete, verify, share, delete' },
  { name: 'credentials', purpose: 'what a connection may use: open, refresh, revoke, rotate' },
  { name: 'context.ts', purpose: 'what a request carries: App + caller + signal' },
  { name: 'auth-modes', purpose: 'how we prove ourselves to a provider: one file per mode' },
  { name: 'transports', purpose: 'how a call is carried: one file or folder per transport' },
  { name: 'oauth', purpose: 'RFC machinery: authorization, token, discovery, registration, pending handshakes' },
  { name: 'catalog', purpose: 'reading and validating connector.yaml; the Connector type' },
  { name: 'files', purpose: 'files of callers and of calls: sealed in chunks, counted, expiring' },
  { name: 'vault', purpose: 'sealing and opening secrets; keys and rotation' },
  { name: 'access', purpose: 'who is calling us: workspaces, people, roles, API keys' },
  { name: 'calls', purpose: 'the log of tool calls: batched, with retention' },
  { name: 'events', purpose: 'the audit log of changes, appended in their transaction' },
  { name: 'jobs', purpose: 'background work: one leased table' },
  { name: 'workers', purpose: 'CPU work off the event loop' },
  { name: 'egress', purpose: 'the only door to the network, guarded' },
  { name: 'storage', purpose: 'schema, migrations, SQLite, PostgreSQL' },
  { name: 'config.ts', purpose: 'environment → one frozen Config, all problems reported at once' },
  { name: 'errors.ts', purpose: 'the one failure type and its table of codes' },
  { name: 'lib', purpose: 'tiny pure helpers, at most ten files' },
];

/** Folders beside the server, and which of our own folders each may import. */
export const neighbours: Readonly<Record<string, readonly string[]>> = {
  connectors: [],
  sdk: [],
  cli: ['sdk'],
  dashboard: ['sdk'],
  tests: ['server', 'sdk', 'cli', 'dashboard', 'scripts', 'examples', 'bench', 'connectors'],
  bench: ['server', 'sdk', 'tests'],
  scripts: ['server', 'sdk'],
  examples: ['sdk', 'tests'],
};

const rank = new Map(order.map(({ name }, index) => [name, index]));

/** Every import of the repository that points the wrong way, and every place the list does not name, as sentences. */
export function importProblems(root: string): readonly string[] {
  return [
    ...serverProblems(join(root, 'server', 'src')),
    ...Object.keys(neighbours).flatMap((name) => neighbourProblems(root, name)),
  ];
}

/** The relative paths that a source imports, in whatever way: `from`, bare, dynamic, re-exported, as a type, or to extend it. */
export function importsOf(source: string): readonly string[] {
  const matches = source.matchAll(
    /(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire\s*\(\s*|\bmodule\s+)(['"`])(\.{1,2}\/[^'"`]*)\1/g,
  );
  return [...matches].map(([, , path = '']) => path);
}

function serverProblems(src: string): readonly string[] {
  return sourcesIn(src).flatMap((file) => {
    const from = placeOf(src, file);
    const here = relative(src, file);
    if (!rank.has(from)) return [`${here} is in a place the list does not name.`];
    return importsOf(readFileSync(file, 'utf8')).flatMap((path) => {
      const target = resolve(dirname(file), path);
      const to = placeOf(src, target);
      if (to === '..') return [`${here} imports ${path}, which is outside the server.`];
      if (from === to || (rank.get(to) ?? Infinity) > (rank.get(from) ?? Infinity)) return [];
      return [`${here} imports ${path}: ${to} is above ${from}.`];
    });
  });
}

function neighbourProblems(root: string, name: string): readonly string[] {
  const allowed = new Set([name, ...(neighbours[name] ?? [])]);
  return sourcesIn(join(root, name), name === 'tests').flatMap((file) =>
    importsOf(readFileSync(file, 'utf8')).flatMap((path) => {
      const to = placeOf(root, resolve(dirname(file), path));
      return allowed.has(to) || !Object.hasOwn(neighboursAndServer, to)
        ? []
        : [`${relative(root, file)} imports ${path}: ${name} may not import ${to}.`];
    }),
  );
}

const neighboursAndServer: Readonly<Record<string, unknown>> = { ...neighbours, server: true };

/** The first step below the folder: `..` where the file is not in it. */
function placeOf(folder: string, file: string): string {
  return relative(folder, file).split(sep)[0] ?? '';
}

/** Sources without tests, which may import anything. */
function sourcesIn(folder: string, withTests = false): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(
      (entry) =>
        entry.isFile() && /\.[cm]?[jt]sx?$/.test(entry.name) && (withTests || !/\.test\.[jt]sx?$/.test(entry.name)),
    )
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !/[\\/](?:node_modules|dist)[\\/]/.test(file));
}
