// Written by `npm run generate` from the description of the API. Change the routes of the server, not this file.
/* oxlint-disable max-lines, max-lines-per-function, max-params */

export interface MadeConnectLink {
  readonly id: string;
  readonly url: string;
  readonly expires_at: string;
}

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly email: string;
}

export interface Workspace {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly created_at: string;
  readonly role: 'VIEWER' | 'MEMBER' | 'MANAGER' | 'ADMIN' | 'OWNER';
  /** Who is shown the headers of agent endpoints in clear. */
  readonly reveal_headers: 'managers' | 'never';
}

export interface ConnectionDefaults {
  /** By connector, the id of the connection that its name alone means. */
  readonly connection_defaults: Readonly<Record<string, string>>;
}

export interface Tool {
  /** The name MCP and sessions use: `<handle>__<tool>`. */
  readonly name: string;
  /** Without the connection: `get_issue`. */
  readonly tool: string;
  readonly label: string;
  readonly description: string;
  readonly type: 'read' | 'write';
  readonly destructive: boolean;
  readonly disabled: boolean;
  readonly requires_confirmation: boolean;
  /** Whether nobody may call it before a person has looked at what its server made of it; shown to people alone. */
  readonly held: boolean;
  readonly flags: readonly {
    readonly kind: 'tag_characters' | 'bidirectional' | 'zero_width' | 'control' | 'invisible' | 'gap' | 'look_alike';
    /** JSON Pointer (RFC 6901) into the definition. */
    readonly path: string;
    readonly message: string;
  }[];
  readonly connection: {
    readonly id: string;
    readonly handle: string;
    readonly label: string;
    /** Who it is at the provider, when known. */
    readonly account: string | null;
    readonly connector: string;
  };
  readonly input_schema: Readonly<Record<string, unknown>>;
}

export interface AcceptInvitationAnswer {
  readonly user_id: string;
  readonly workspace_id: string;
}

export interface TestIntegrationAnswer {
  readonly status: 'ok' | 'error' | 'auth_required';
  readonly message?: string;
  readonly server_info?: {
    readonly name: string;
    readonly version: string;
  };
}

export interface EditIntegrationToolAnswer {
  readonly name: string;
  readonly disabled: boolean;
  readonly requires_confirmation: boolean | null;
}
