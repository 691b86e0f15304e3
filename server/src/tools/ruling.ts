import type { Scope } from '../access/caller.ts';
import type { Rejected } from '../transports/outcome.ts';
import type { FoundTool } from './specs/found-tool.ts';

/** Whether a call runs, waits for a person, or is refused. */
export type Ruling =
  | { readonly kind: 'run' }
  | { readonly kind: 'ask' }
  | { readonly kind: 'block'; readonly rejected: Rejected };

/** What the asker brings along that may let a call run. */
export interface Standing {
  readonly scopes: ReadonlySet<Scope>;
  /** Whether a person has approved this very call. */
  readonly approved: boolean;
}

/** Reads run; writes ask (RULINGS, Everywhere 14). A switch can make any tool ask, and none lets a write run unasked. */
export function ruleOn(tool: FoundTool, standing: Standing): Ruling {
  const blocked = blockReason(tool);
  if (blocked) return { kind: 'block', rejected: blocked };
  if (standing.approved) return { kind: 'run' };
  if (tool.switches.requiresConfirmation === true) return { kind: 'ask' };
  if (tool.spec.effect === 'read' || standing.scopes.has('tools:write_unasked')) return { kind: 'run' };
  return { kind: 'ask' };
}

function blockReason({ connection, spec, switches }: FoundTool): Rejected | undefined {
  if (!connection.isActive) return reject('disabled', `The connection "${connection.label}" is switched off.`);
  if (switches.disabled) return reject('disabled', `The tool ${spec.name} is switched off on "${connection.label}".`);
  if (connection.status === 'connected') return undefined;
  const reason = connection.statusReason ? ` ${connection.statusReason}` : '';
  return reject('auth', `The connection "${connection.label}" is not connected (${connection.status}).${reason}`);
}

function reject(reason: Rejected['reason'], message: string): Rejected {
  return { status: 'rejected', reason, message };
}
