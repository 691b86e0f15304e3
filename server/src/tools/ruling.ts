import type { WorkspacePolicy } from '../access/policy/workspace-policy.ts';
import type { Scope } from '../access/caller.ts';
import type { Connection } from '../connections/connection.ts';
import { lackingScopes } from '../connections/step-up/lacking-scopes.ts';
import type { ToolSwitches } from '../connections/tools/tool-switches.ts';
import type { Rejected } from '../transports/outcome.ts';
import { type Held, rejectHeld } from './specs/held.ts';
import type { ToolSpec } from './specs/tool-spec.ts';

/** Whether a call runs, waits for a person, or is refused. */
export type Ruling =
  | { readonly kind: 'run' }
  | { readonly kind: 'ask' }
  | { readonly kind: 'block'; readonly rejected: Rejected };

/** What is ruled on: a tool of a connection, or anything else that goes to its provider in the same way. */
export interface Ruled {
  readonly connection: Pick<
    Connection,
    'id' | 'label' | 'isActive' | 'status' | 'statusReason' | 'authMode' | 'grantedScopes'
  >;
  readonly spec: Pick<ToolSpec, 'name' | 'effect' | 'destructive' | 'scopes'>;
  readonly switches: ToolSwitches;
  /** Why nobody may call it before a person has looked at it (S13). */
  readonly held?: Held | undefined;
}

/** What the asker brings along that may let a call run, and what the workspace demands of everybody. */
export interface Standing {
  readonly scopes: ReadonlySet<Scope>;
  /** Whether a person has approved this very call. */
  readonly approved: boolean;
  readonly policy: Pick<WorkspacePolicy, 'writes' | 'destructive' | 'reads'>;
}

/**
 * Reads run; writes ask (RULINGS, Everywhere 14). The policy of the workspace and a switch can make any tool ask; nothing but
 * a grant lets a write run unasked, and no grant counts against the policy.
 */
export function ruleOn(ruled: Ruled, { scopes, approved, policy }: Standing): Ruling {
  const blocked = blockReason(ruled);
  if (blocked) return { kind: 'block', rejected: blocked };
  if (approved) return { kind: 'run' };
  if (ruled.switches.requiresConfirmation === true || demandsAsking(ruled.spec, policy)) return { kind: 'ask' };
  if (ruled.spec.effect === 'read' || scopes.has('tools:write_unasked')) return { kind: 'run' };
  return { kind: 'ask' };
}

/** Whether the workspace has every such tool ask, whoever calls it. */
function demandsAsking({ effect, destructive }: Ruled['spec'], policy: Standing['policy']): boolean {
  if (destructive && policy.destructive === 'always_ask') return true;
  return effect === 'read' ? policy.reads === 'ask' : policy.writes === 'ask';
}

function blockReason({ connection, spec, switches, held }: Ruled): Rejected | undefined {
  if (!connection.isActive) return reject('disabled', `The connection "${connection.label}" is switched off.`);
  if (switches.disabled) return reject('disabled', `The tool ${spec.name} is switched off on "${connection.label}".`);
  if (held) return rejectHeld(spec.name, { connectionId: connection.id, held });
  if (connection.status === 'connected') return rejectUngranted(connection, spec);
  const reason = connection.statusReason ? ` ${connection.statusReason}` : '';
  return reject('auth', `The connection "${connection.label}" is not connected (${connection.status}).${reason}`);
}

/** What a tool needs that nobody granted: a person can, and until then the provider is not asked. */
function rejectUngranted(
  connection: Ruled['connection'],
  { name, scopes: needed }: Ruled['spec'],
): Rejected | undefined {
  const scopes = lackingScopes(connection, needed);
  if (scopes.length === 0) return undefined;
  const message = `The tool ${name} needs more than was granted when "${connection.label}" was signed in to: ${scopes.join(', ')}. Whoever manages the connection can grant it.`;
  return { ...reject('scope', message), scopes };
}

function reject(reason: Rejected['reason'], message: string): Rejected {
  return { status: 'rejected', reason, message };
}
