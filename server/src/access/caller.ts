/** Weakest first (RULINGS, Everywhere 5). */
export const roles = ['VIEWER', 'MEMBER', 'MANAGER', 'ADMIN', 'OWNER'] as const;
export type Role = (typeof roles)[number];

/** What a credential may do besides what its person's role allows (RULINGS, Everywhere 5). */
export const scopes = [
  'connectors:read',
  'connections:read',
  'connections:write',
  'tools:read',
  'tools:call',
  'tools:write_unasked',
  'approvals:read',
  'approvals:decide',
  'secrets:reveal',
  'members:read',
  'members:write',
  'keys:read',
  'keys:write',
  'workspaces:read',
  'workspaces:write',
  'projects:read',
  'projects:write',
  'events:read',
  'calls:read',
  'oauth:direct',
  'metrics:read',
  'admin',
] as const;
export type Scope = (typeof scopes)[number];

export const keyKinds = ['agent', 'app', 'person'] as const;
export type KeyKind = (typeof keyKinds)[number];

/** Who is asking, in one workspace, with what they may do there. */
export interface Caller {
  readonly via: 'session' | 'key' | 'jwt';
  /** One credential or sign-in: `key:<id>`, `session:<id>` or `jwt:<user id>`. Approvals and limits are bound to it. */
  readonly principal: string;
  readonly userId: string;
  readonly workspaceId: string;
  /** Never above the person's own role. */
  readonly role: Role;
  readonly scopes: ReadonlySet<Scope>;
  /** Ids of the crews the person is in. */
  readonly crews: ReadonlySet<string>;
  /** The instance's operator (S22), asking in person or with the first admin key. */
  readonly operator: boolean;
  readonly key: CallerKey | undefined;
  /** The member this call is made for: it narrows what may be used and is on record, and gives nothing. */
  readonly onBehalfOf?: BehalfOf | undefined;
}

/** A member for whom somebody else calls. */
export interface BehalfOf {
  readonly userId: string;
  readonly crews: ReadonlySet<string>;
}

/** The API key behind a caller. */
export interface CallerKey {
  readonly id: string;
  readonly kind: KeyKind;
  /** The principals it descends from, oldest first, itself included: it decides nothing any of them asked for (S3). */
  readonly lineage: readonly string[];
  /** The first admin key, made at the first start. */
  readonly first: boolean;
}

/** Whether the role is at least the one asked for. */
export function roleAtLeast(role: Role, least: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(least);
}
