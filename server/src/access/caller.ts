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
  'end_users:read',
  'end_users:write',
  'connect_links:write',
  'user_tokens:write',
  'webhooks:read',
  'webhooks:write',
  'metrics:read',
  'admin',
] as const;
export type Scope = (typeof scopes)[number];

export const keyKinds = ['agent', 'app', 'person'] as const;
export type KeyKind = (typeof keyKinds)[number];

/** Who is asking, in one workspace, with what they may do there. */
export interface Caller {
  readonly via: 'session' | 'key' | 'jwt' | 'user_token' | 'connect_link';
  /**
   * One credential or sign-in: `key:<id>`, `session:<id>`, `jwt:<user id>`, or `end_user:<id>` whichever of their tokens it is.
   * Approvals and limits are bound to it.
   */
  readonly principal: string;
  /** A person, or an end user of an app, who is no member of anything. */
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
  /** The end user of an app for whom it is asked; then nothing of the workspace is in reach but what is named here. */
  readonly endUser?: ActingEndUser | undefined;
}

/** An end user, and what their credential reaches. */
export interface ActingEndUser {
  readonly id: string;
  /** As the app calls them. */
  readonly externalId: string;
  /** Ids of connections of the workspace that were named for them. */
  readonly connections: ReadonlySet<string>;
  /** Ids of the people who named them: one that is personal counts while it is one of theirs. */
  readonly namedBy: ReadonlySet<string>;
  /** Of which connectors their own connections count; absent: of all. */
  readonly connectors: ReadonlySet<string> | undefined;
  /** The principals their credential descends from, oldest first: who made it, or registered the keys that signed it, is the last (S3). */
  readonly lineage: readonly string[];
  /** The approval whose page was opened for them; absent everywhere else. */
  readonly decides?: string | undefined;
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
