import type { Manifest, SqlBlock, SqlOperation, ToolDefinition } from '../connector.ts';
import type { McpDefinition, Program } from '../format/mcp.ts';
import type { KeyPath } from './manifest-problem.ts';
import { exchangeSites, oauthSites } from './oauth-sites.ts';
import { authSites, secret, settled, type TemplateSite, texts, url } from './template-site.ts';

/**
 * Every place of a manifest where a template may stand. Secrets reach a provider by `auth` alone, so that they are held
 * against the origins they may go to where they are attached (S1); only the probe and the environment of a program may
 * have them elsewhere.
 */
export function templateSites({
  derived,
  auth,
  verify,
  http,
  mcp,
  sql,
  oauth,
  exchange,
  tools,
}: Manifest): readonly TemplateSite[] {
  return [
    ...secret(texts(['derived'], derived)),
    ...authSites(auth),
    ...(verify?.kind === 'http' ? secret([url(['verify', 'url'], verify.url), ...parts(['verify'], verify)]) : []),
    ...(http ? [url(['http', 'base_url'], http.base_url), ...parts(['http'], http)] : []),
    ...(mcp ? mcpSites(mcp) : []),
    ...(sql ? databaseSites(sql) : []),
    ...(oauth ? oauthSites(oauth) : []),
    ...(exchange ? exchangeSites(exchange) : []),
    ...tools.flatMap(toolSites),
  ];
}

function mcpSites(mcp: McpDefinition): TemplateSite[] {
  if (mcp.transport === 'stdio') return programSites(['mcp'], mcp);
  const { stdio } = mcp;
  return [
    url(['mcp', 'url'], mcp.url),
    ...parts(['mcp'], mcp),
    ...(stdio ? programSites(['mcp', 'stdio'], stdio) : []),
  ];
}

/** Others on the machine see the arguments of a program, but not its environment. */
function programSites(path: KeyPath, { args, env }: Program): TemplateSite[] {
  return [...texts([...path, 'args'], args), ...secret(texts([...path, 'env'], env))];
}

/** Where a database is; the key of its connection string is a name and no template. */
function databaseSites(sql: SqlBlock): TemplateSite[] {
  const { engine: _, connection_string: __, ...places } = sql;
  return texts(['sql'], places);
}

/** What a request carries besides its address. */
function parts(
  path: KeyPath,
  { headers, query, body }: { headers: unknown; query?: unknown; body?: unknown },
): TemplateSite[] {
  return [
    ...texts([...path, 'headers'], headers),
    ...texts([...path, 'query'], query),
    ...texts([...path, 'body'], body),
  ];
}

function toolSites(tool: ToolDefinition, index: number): TemplateSite[] {
  const { operation, sql } = tool;
  if (operation === undefined) return sql ? sqlToolSites(tool, sql, ['tools', index, 'sql']) : [];
  const path: KeyPath = ['tools', index, 'operation'];
  const address: TemplateSite = { ...settled, path: [...path, 'path'], text: operation.path, at: 'path' };
  const { mail } = operation;
  const known = mail === undefined ? {} : { also: ['derived.mail'] };
  return [
    ...[address, ...parts(path, operation)].map((site) => Object.assign({}, site, known)),
    ...texts([...path, 'mail'], mail),
  ].map((site) => Object.assign({}, site, { roots: [...settled.roots, 'arg' as const], tool }));
}

/** A statement is either one argument alone or SQL of its own, in which nothing is put in; only then it is a template. */
function sqlToolSites(
  tool: ToolDefinition,
  { statement, params, max_rows }: SqlOperation,
  path: KeyPath,
): TemplateSite[] {
  const whole = isOneTemplate(statement) ? { statement } : {};
  return texts(path, { ...whole, params, ...(max_rows === undefined ? {} : { max_rows }) }).map((site) =>
    Object.assign({}, site, { roots: [...settled.roots, 'arg' as const], tool }),
  );
}

/** `${arg.sql}` and nothing else. */
export function isOneTemplate(text: string): boolean {
  return /^\$\{[^{}]*\}$/.test(text);
}
