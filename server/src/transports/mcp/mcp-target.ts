import { chosenServer, programAddress } from '../../catalog/chosen-server.ts';
import type { Connector } from '../../catalog/connector.ts';
import type { RemoteServer } from '../../catalog/format/mcp.ts';
import type { TemplateValues } from '../../catalog/templates/evaluate.ts';
import { renderHeaders } from '../../catalog/templates/render-header.ts';
import { type LocalServer, renderProgram } from '../../catalog/templates/render-program.ts';
import { renderUrl } from '../../catalog/templates/render-url.ts';
import { templateValues } from '../../catalog/templates/template-values.ts';
import { parseTemplate } from '../../catalog/templates/template.ts';
import { parseUrl } from '../../catalog/templates/url-template.ts';
import type { JsonObject } from '../../lib/json.ts';
import { Secret } from '../../lib/secret.ts';
import type { Attachment } from '../attachment.ts';

/** An MCP server at an address, and what proves to it who we are. */
export interface RemoteTarget {
  readonly url: string;
  readonly transport: RemoteServer['transport'];
  /** Not secret; whatever is comes with the attachment. */
  readonly headers: Readonly<Record<string, string>>;
  /** Attached to requests to the origin of `url` alone. */
  readonly attachment: Attachment;
  /** Whether a loopback address may be reached (S6). */
  readonly loopback: boolean;
}

/** An MCP server that we run; its secrets are in its environment. */
export interface LocalTarget {
  /** `stdio:@modelcontextprotocol/server-filesystem`: what stands for it where others have an address. */
  readonly url: string;
  readonly transport: 'stdio';
  readonly server: LocalServer;
}

export type McpTarget = RemoteTarget | LocalTarget;

export type FoundTarget =
  | { readonly ok: true; readonly target: McpTarget }
  | { readonly ok: false; readonly message: string };

/** What a connection brings to the MCP server of its connector. */
export interface TargetParts extends Pick<RemoteTarget, 'attachment' | 'loopback'> {
  readonly config: JsonObject;
  /** What a program gets in its environment. Default: none, and what needs one is left out. */
  readonly secrets?: Readonly<Record<string, Secret>>;
  /** Ours, without a slash at the end. */
  readonly publicUrl: string;
  /** What the connection adds to every request, literally, in the place of the manifest's. Default: nothing. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** The MCP server a manifest names, with the fields of the connection put in. */
export function mcpTargetOf(connector: Pick<Connector, 'mcp' | 'derived' | 'source'>, parts: TargetParts): FoundTarget {
  const { mcp } = connector;
  if (mcp === undefined) return { ok: false, message: 'This connector has no MCP server.' };
  const { config, publicUrl, secrets = {} } = parts;
  const server = chosenServer(mcp, config);
  const values = templateValues(connector, { fields: config, publicUrl });
  if (server.transport !== 'stdio') return remoteTarget(server, values, parts);
  if (connector.source !== 'built-in') return { ok: false, message: notShipped };
  const withSecrets = templateValues(connector, { fields: { ...config, ...secrets }, publicUrl });
  const rendered = renderProgram(server, { values, withSecrets, config });
  if (!rendered.ok) return rendered;
  return { ok: true, target: { url: programAddress(server), transport: 'stdio', server: rendered.server } };
}

const notShipped = 'Plugboard runs programs of its own catalog and of the list in PLUGBOARD_STDIO_COMMANDS alone.';

function remoteTarget(server: RemoteServer, values: TemplateValues, parts: TargetParts): FoundTarget {
  const url = renderUrl(parseUrl(server.url), values);
  if (!url.ok) return url;
  const templates = Object.entries(server.headers).map(
    ([name, text]) => [name.toLowerCase(), parseTemplate(text)] as const,
  );
  const rendered = renderHeaders(templates, values);
  if (!rendered.ok) return rendered;
  const own = Object.fromEntries(Object.entries(rendered.headers).map(([name, value]) => [name, clear(value)]));
  const { attachment, loopback } = parts;
  const headers = { ...own, ...parts.headers };
  return { ok: true, target: { url: clear(url.value), transport: server.transport, headers, attachment, loopback } };
}

function clear(text: string | Secret): string {
  return text instanceof Secret ? text.reveal() : text;
}
