import type { FailureCode } from '../../errors.ts';
import { roleAtLeast } from '../caller.ts';
import type { Caller, KeyKind, Role, Scope } from '../caller.ts';

/** What somebody asks of a new key. It acts for the one who makes it. */
export interface KeyWish {
  readonly name: string;
  readonly kind: KeyKind;
  /** Default: by kind, never above the maker's. */
  readonly role?: Role | undefined;
  /** Default: by kind. */
  readonly scopes?: readonly Scope[] | undefined;
  /** ISO 8601. Default: never. */
  readonly expiresAt?: string | undefined;
}

export interface KeyGrant {
  readonly role: Role;
  readonly scopes: readonly Scope[];
  /** The principals the new key descends from, oldest first, without itself. */
  readonly lineage: readonly string[];
}

export type MintDecision =
  | ({ readonly ok: true } & KeyGrant)
  | { readonly ok: false; readonly code: FailureCode; readonly refusal: string };

/** Scopes that only a person's session or the first admin key hands out (S3). */
export const guardedScopes: ReadonlySet<Scope> = new Set<Scope>([
  'approvals:decide',
  'admin',
  'secrets:reveal',
  'tools:write_unasked',
  'oauth:direct',
  'members:write',
]);

/** The least role a person must have to hand out a guarded scope. */
const grantRole: Partial<Record<Scope, Role>> = {
  admin: 'ADMIN',
  'oauth:direct': 'ADMIN',
  'members:write': 'ADMIN',
  'secrets:reveal': 'MANAGER',
};

/** Scopes with which a key could give itself, or another, what a person must give: never beside `tools:call` (S3). */
const deciding: ReadonlySet<Scope> = new Set<Scope>(['approvals:decide', 'admin', 'members:write']);
/** Nor does it act for people who did not ask it to. */
const forApps: readonly Scope[] = ['end_users:read', 'end_users:write', 'connect_links:write', 'user_tokens:write'];
const neverForAgents: ReadonlySet<Scope> = new Set<Scope>([
  'approvals:decide',
  'keys:write',
  'admin',
  'members:write',
  'webhooks:write',
  ...forApps,
]);

const agentScopes: readonly Scope[] = [
  'connectors:read',
  'connections:read',
  'tools:read',
  'tools:call',
  'approvals:read',
];
const appScopes: readonly Scope[] = [...agentScopes, 'connections:write', 'projects:read', 'calls:read', ...forApps];
const personScopes: readonly Scope[] = [
  ...appScopes,
  'members:read',
  'keys:read',
  'workspaces:read',
  'projects:write',
  'events:read',
];

const defaults: Record<KeyKind, { readonly role: Role; readonly scopes: readonly Scope[] }> = {
  agent: { role: 'MEMBER', scopes: agentScopes },
  app: { role: 'MANAGER', scopes: appScopes },
  person: { role: 'OWNER', scopes: personScopes },
};

/** Whether this caller may make such a key, and what the key may then do (S3; RULINGS, Everywhere 5). */
export function decideMint(caller: Caller, wish: KeyWish): MintDecision {
  const role = wish.role ?? lesser(defaults[wish.kind].role, caller.role);
  const scopes = [...new Set(wish.scopes ?? defaults[wish.kind].scopes)];
  const forbidden = makerRefusal(caller) ?? roleRefusal(caller, role) ?? scopesRefusal(caller, scopes);
  if (forbidden !== undefined) return { ok: false, code: 'FORBIDDEN', refusal: forbidden };
  const mistaken = shapeRefusal(wish.kind, scopes);
  if (mistaken !== undefined) return { ok: false, code: 'BAD_REQUEST', refusal: mistaken };
  return { ok: true, role, scopes, lineage: caller.key?.lineage ?? [] };
}

function makerRefusal(caller: Caller): string | undefined {
  if (caller.via === 'session' || caller.key?.first) return undefined;
  if (caller.via === 'jwt') return 'A token of an identity provider cannot make keys. Sign in to the dashboard.';
  const decides = caller.scopes.has('admin') || caller.scopes.has('approvals:decide');
  if (caller.scopes.has('keys:write') && decides && caller.key?.kind !== 'agent') return undefined;
  return 'This key cannot make keys: that takes the scopes keys:write and admin. Sign in to the dashboard.';
}

function roleRefusal(caller: Caller, role: Role): string | undefined {
  if (roleAtLeast(caller.role, role)) return undefined;
  return `A key cannot have the role ${role}: that is above yours (${caller.role}).`;
}

function scopesRefusal(caller: Caller, scopes: readonly Scope[]): string | undefined {
  const grantor = caller.via === 'session' || caller.key?.first === true;
  const guarded = scopes.filter((scope) => guardedScopes.has(scope));
  if (!grantor && guarded.length > 0) return `Only a signed-in person can give a key ${guarded.join(', ')}.`;
  const tooHigh = guarded.find((scope) => !roleAtLeast(caller.role, grantRole[scope] ?? 'VIEWER'));
  if (tooHigh !== undefined) return `Giving a key ${tooHigh} takes the role ${grantRole[tooHigh]}.`;
  const missing = grantor ? [] : scopes.filter((scope) => !caller.scopes.has(scope));
  return missing.length > 0 ? `This key cannot give what it does not have: ${missing.join(', ')}.` : undefined;
}

function shapeRefusal(kind: KeyKind, scopes: readonly Scope[]): string | undefined {
  if (scopes.length === 0) return 'A key needs at least one scope.';
  const decided = scopes.filter((scope) => deciding.has(scope));
  if (decided.length > 0 && scopes.includes('tools:call')) {
    return `A key with tools:call cannot also have ${decided.join(', ')}: it would approve its own calls. Make two keys.`;
  }
  if (kind === 'app' && scopes.includes('approvals:decide') && scopes.length > 1) {
    return 'An app key with approvals:decide has that scope alone.';
  }
  const tooMuch = kind === 'agent' ? scopes.filter((scope) => neverForAgents.has(scope)) : [];
  return tooMuch.length > 0 ? `An agent's key never has ${tooMuch.join(', ')}. Choose the kind person.` : undefined;
}

/** The weaker of two roles. */
export function lesser(one: Role, other: Role): Role {
  return roleAtLeast(one, other) ? other : one;
}
