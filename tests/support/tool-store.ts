import { type EchoMcp, startEchoMcp } from '../emulators/echo-mcp.ts';
import type { ExtraTool } from '../emulators/echo-mcp/tools.ts';
import { connectServer } from './integrations.ts';
import type { ApiAnswer, Plugboard } from './plugboard.ts';
import type { movableClock } from './started-access.ts';

/** A connected server whose tools change, and how Plugboard is made to look again. */
export interface ChangingServer {
  readonly server: EchoMcp;
  readonly id: string;
  readonly handle: string;
  /** Looks at the server again, long after it was last asked, and answers the tools of the connection as a person sees them. */
  look(): Promise<readonly ListedTool[]>;
  /** The tool as a person sees it after another look. */
  lookAt(name: string): Promise<ListedTool | undefined>;
  call(tool: string, request?: { readonly key?: string; readonly args?: object }): Promise<ApiAnswer>;
  change(tool: string, key?: string): Promise<ApiAnswer>;
  accept(tool: string, digest: unknown, key?: string): Promise<ApiAnswer>;
}

interface ListedTool {
  readonly tool: string;
  readonly description: string;
  readonly held: boolean;
  readonly requires_confirmation: boolean;
  readonly flags: readonly { readonly kind: string; readonly path: string; readonly message: string }[];
}

/** A tool that reads, without arguments. */
export const reading: ExtraTool = { description: 'Reads the mail.', annotations: { readOnlyHint: true } };

/** Connects a server that has these tools besides its own. */
export async function connectChanging(
  plugboard: Plugboard,
  clock: ReturnType<typeof movableClock>,
  tools: Readonly<Record<string, ExtraTool>>,
): Promise<ChangingServer> {
  const server = await startEchoMcp();
  for (const [name, tool] of Object.entries(tools)) server.addTool(name, tool);
  const { id, handle } = await connectServer(plugboard, { endpoint: server.endpoint, name: 'Changing' });
  const path = `/api/v1/connections/${id}/tools`;
  const as = (key: string | undefined) => (key === undefined ? {} : { key });
  const look = async () => {
    clock.move(6 * 60_000);
    const { body } = await plugboard.call(`GET ${path}`);
    return listedIn(body['data']);
  };
  return {
    server,
    id,
    handle,
    look,
    lookAt: async (name) => (await look()).find(({ tool }) => tool === name),
    call: (tool, { key, args = {} } = {}) =>
      plugboard.call(`POST ${path}/${tool}/call?wait=0`, { ...as(key), body: { arguments: args } }),
    change: (tool, key) => plugboard.call(`GET ${path}/${encodeURIComponent(tool)}/change`, as(key)),
    accept: (tool, digest, key) =>
      plugboard.call(`POST ${path}/${encodeURIComponent(tool)}/accept`, { ...as(key), body: { digest } }),
  };
}

function listedIn(data: unknown): readonly ListedTool[] {
  return Array.isArray(data) ? data : [];
}

/** The digest of what the server says now, in an answer that shows a change. */
export function seenDigest({ body }: ApiAnswer): unknown {
  const seen = body['seen'];
  return typeof seen === 'object' && seen !== null && 'digest' in seen ? seen.digest : undefined;
}
