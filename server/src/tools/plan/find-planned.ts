import type { Caller } from '../../access/caller.ts';
import type { Context } from '../../context.ts';
import { type Finding, findTool, type ToolName } from '../find-tool.ts';

interface Planned {
  readonly finding: Finding;
  readonly until: number;
}

const keptMs = 60_000;
const most = 1_000;

/** By caller: a key's caller is another object as soon as anything in its workspace has changed (R6). */
const planned = new WeakMap<Caller, Map<string, Planned>>();

/**
 * Finds a tool once for a caller and as long as nothing changes in the workspace, a minute at most: later calls ask no
 * database. What was found is one object, so that whatever is worked out of it can be kept by it. Who is told to connect
 * first, or that there is no such tool, asks again.
 */
export async function findPlanned(ctx: Context, wanted: ToolName): Promise<Finding> {
  if ('found' in wanted) return findTool(ctx, wanted);
  const plans = planned.get(ctx.caller) ?? new Map<string, Planned>();
  const named = 'name' in wanted ? wanted.name : `${wanted.connection}\n${wanted.tool}`;
  const key = `${named}\n${wanted.hint ?? ''}`;
  const kept = plans.get(key);
  if (kept !== undefined && kept.until > ctx.clock.now()) return kept.finding;
  const finding = await findTool(ctx, wanted);
  planned.set(ctx.caller, plans);
  if ('found' in finding) keep(plans, key, { finding, until: ctx.clock.now() + keptMs });
  return finding;
}

function keep(plans: Map<string, Planned>, key: string, plan: Planned): void {
  plans.delete(key);
  plans.set(key, plan);
  const [oldest] = plans.keys();
  if (plans.size > most && oldest !== undefined) plans.delete(oldest);
}
