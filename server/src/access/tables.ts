import type { ColumnType } from 'kysely';

/** A time in a table that Better Auth writes too: a Date from PostgreSQL, ISO text from SQLite; ISO text goes into both. */
type Moment = ColumnType<Date | string, string, string>;

declare module '../storage/schema.ts' {
  interface Tables {
    people: {
      id: Fixed<string>;
      name: string;
      email: string;
      email_verified: ColumnType<boolean | number, Flag, Flag>;
      image: string | null;
      created_at: Moment;
      updated_at: Moment;
    };
    sessions: { id: Fixed<string>; user_id: Fixed<string>; token: Fixed<string>; expires_at: Moment };
    /** How a person signs in: `credential` with a password hash, or `oidc:<issuer>` with the subject as account id. */
    sign_ins: {
      id: Fixed<string>;
      account_id: Fixed<string>;
      provider_id: Fixed<string>;
      user_id: Fixed<string>;
      password: string | null;
      created_at: Moment;
      updated_at: Moment;
    };
    verifications: {
      id: Fixed<string>;
      identifier: string;
      value: string;
      expires_at: Moment;
      created_at: Moment;
      updated_at: Moment;
    };
    projects: {
      id: Fixed<string>;
      workspace_id: WorkspaceColumn;
      slug: Fixed<string>;
      name: string;
      created_at: Fixed<string>;
    };
    /** Attempts at something, counted in windows; `last_request` is when the running window began, in milliseconds. */
    rate_limits: { id: Fixed<string>; key: Fixed<string>; count: number; last_request: number };
    workspaces: { id: Fixed<string>; name: string; slug: Fixed<string>; created_at: Moment };
    members: {
      id: Fixed<string>;
      workspace_id: WorkspaceColumn;
      user_id: Fixed<string>;
      role: string;
      created_at: Moment;
    };
    invitations: {
      id: Fixed<string>;
      workspace_id: WorkspaceColumn;
      email: Fixed<string>;
      role: Fixed<string>;
      crew_id: Fixed<string | null>;
      status: string;
      expires_at: Moment;
      created_at: Moment;
      inviter_id: Fixed<string>;
    };
    crews: { id: Fixed<string>; workspace_id: WorkspaceColumn; name: string; slug: Fixed<string>; created_at: Moment };
    crew_members: { id: Fixed<string>; crew_id: Fixed<string>; user_id: Fixed<string>; created_at: Moment };
    /** Facts about the instance as a whole: `operator_user_id`, `first_key_id`, `admin_key_hash`. */
    instance: { name: Fixed<string>; value: string };
    /** What replicas re-read to learn that authority or configuration changed (R6). */
    workspace_state: {
      workspace_id: WorkspaceColumn;
      generation: ColumnType<number, number | undefined, number>;
      policy_version: ColumnType<number, number | undefined, number>;
      /** Who is shown the headers of agent endpoints in clear: `managers` or `never` (S17). */
      reveal_headers: ColumnType<string, string | undefined, string>;
      /** What the workspace demands of every call, as JSON. */
      policy: ColumnType<string, string | undefined, string>;
      created_at: Fixed<string>;
    };
  }
}

/** The time of a row as ISO text, whichever engine it came from. */
export function isoMoment(moment: Date | string): string {
  return new Date(moment).toISOString();
}
