import { z } from 'zod';
import { editToolSwitches } from '../../connections/change-connection.ts';
import type { Connection } from '../../connections/connection.ts';
import type { Context } from '../../context.ts';
import { Failure } from '../../errors.ts';
import { listConnectionTools } from '../../tools/list-tools.ts';
import { proxyName } from '../../tools/proxy/proxy-tool.ts';
import { specsNamed } from '../../tools/resolve/specs-named.ts';
import { toolNamed } from '../../tools/resolve/tool-named.ts';
import type { ToolSpec } from '../../tools/specs/tool-spec.ts';
import { type Allowed, type Contract, route, type Route } from '../route.ts';

interface SwitchFacts {
  readonly name: string;
  /** With `:id` and `:name`. */
  readonly path: string;
  readonly tag: string;
  readonly contract?: Contract;
  readonly access: Allowed;
  /** Whether the token of an end user opens it. */
  readonly endUsers?: true;
  /** The connection, or NOT_FOUND. */
  readonly see: (ctx: Context, id: string) => Promise<Connection>;
}

const edit = { disabled: z.boolean().optional(), requires_confirmation: z.boolean().optional() };
const switches = z.object({ name: z.string(), disabled: z.boolean(), requires_confirmation: z.boolean().nullable() });

/** The route that switches one tool of a connection off, or makes it ask a person every time: the same at every address. */
export function toolSwitchRoute({ see, ...facts }: SwitchFacts): Route {
  return route({
    ...facts,
    method: 'PATCH',
    summary: 'Switches one tool of a connection off, or makes it ask a person every time.',
    params: z.object({ id: z.uuid().toLowerCase(), name: z.string().min(1).max(128) }),
    body: facts.contract === undefined ? z.strictObject(edit) : z.object(edit),
    answers: { 200: switches },
    failures: ['NOT_FOUND'],
    audit: 'connection.tool_changed',
    example: { body: { disabled: true } },
    find: async (ctx, { params }) => findTool(ctx, await see(ctx, params.id), params.name),
    answer: async (ctx, { found, body }) => {
      const { name } = found.spec;
      const wish = { tool: name, disabled: body.disabled, requiresConfirmation: body.requires_confirmation };
      const now = await editToolSwitches(ctx, found.connection.id, wish);
      const shown = { name, disabled: now.disabled, requires_confirmation: now.requiresConfirmation ?? null };
      return { status: 200, body: shown };
    },
  });
}

interface Switchable {
  readonly connection: Connection;
  readonly spec: ToolSpec;
}

/** A tool that is listed, or the raw proxy, which is not. */
async function findTool(ctx: Context, connection: Connection, name: string): Promise<Switchable> {
  const tools = await listConnectionTools(ctx, connection);
  const specs = tools.map(({ spec }) => spec);
  const spec = toolNamed(specs, connection.connectorId, name);
  const tool = tools.find((each) => each.spec === spec);
  if (tool) return tool;
  const [unlisted] = name === proxyName ? await specsNamed(ctx, [connection], [name]) : [];
  if (unlisted) return unlisted;
  throw new Failure('NOT_FOUND', `This connection has no tool ${name}.`);
}
