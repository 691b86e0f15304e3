// Written by `npm run generate` from the description of the API. Change the routes of the server, not this file.
/* oxlint-disable max-lines, max-lines-per-function, max-params */

import type { Options } from '../http/ask.ts';
import type { Send } from '../http/create-send.ts';
import type { AcceptInvitationAnswer, ConnectionDefaults, Person, Workspace } from './shared.ts';

export interface Me {
  /** null for the token of an end user, who is no member. */
  readonly person: Person | null;
  /** For whom an app lets this token act. */
  readonly end_user: {
    /** As the app calls them. */
    readonly id: string;
    readonly name: string | null;
    readonly email: string | null;
  } | null;
  readonly via: 'session' | 'key' | 'jwt' | 'user_token';
  readonly principal: string;
  readonly workspaces: readonly Workspace[];
  /** null where no workspace is named and there are several. */
  readonly caller: {
    readonly workspace_id: string;
    readonly role: 'VIEWER' | 'MEMBER' | 'MANAGER' | 'ADMIN' | 'OWNER';
    readonly scopes: readonly (
      | 'connectors:read'
      | 'connections:read'
      | 'connections:write'
      | 'tools:read'
      | 'tools:call'
      | 'tools:write_unasked'
      | 'approvals:read'
      | 'approvals:decide'
      | 'secrets:reveal'
      | 'members:read'
      | 'members:write'
      | 'keys:read'
      | 'keys:write'
      | 'workspaces:read'
      | 'workspaces:write'
      | 'projects:read'
      | 'projects:write'
      | 'events:read'
      | 'calls:read'
      | 'oauth:direct'
      | 'end_users:read'
      | 'end_users:write'
      | 'connect_links:write'
      | 'user_tokens:write'
      | 'webhooks:read'
      | 'webhooks:write'
      | 'metrics:read'
      | 'admin'
    )[];
    readonly crew_ids: readonly string[];
    readonly operator: boolean;
    readonly key: {
      readonly id: string;
      readonly kind: 'agent' | 'app' | 'person';
    } | null;
  } | null;
}

export interface SetOwnerSignInBody {
  readonly email: string;
  readonly password: string;
  readonly name?: string | undefined;
}

export interface AcceptInvitationAsMeBody {
  readonly token: string;
}

export interface SetConnectionDefaultBody {
  readonly connector: string;
  /** null: none in particular. */
  readonly connection_id: string | null;
}

/** The methods under `plugboard.me`. */
export interface MeMethods {
  /** Who is asking: the person or end user, their workspaces, and what this credential may do in the one asked for. */
  get(options?: Options): Promise<Me>;
  readonly signIn: {
    /**
     * Sets e-mail and password of the first owner; takes the first admin key.
     *
     * For the operator of the installation.
     */
    set(body: SetOwnerSignInBody, options?: Options): Promise<void>;
  };
  readonly invitations: {
    /** Joins a workspace with the token of an invitation, as who is signed in. */
    accept(body: AcceptInvitationAsMeBody, options?: Options): Promise<AcceptInvitationAnswer>;
  };
  readonly connectionDefaults: {
    /**
     * Which of your connections a connector’s name alone means.
     *
     * Needs the role VIEWER or above and the scope `connections:read`.
     */
    get(options?: Options): Promise<ConnectionDefaults>;
    /**
     * Sets which of your connections a connector’s name alone means. Takes a person, or a key with the scope admin.
     *
     * Needs the role MEMBER or above and the scope `connections:write`.
     */
    set(body: SetConnectionDefaultBody, options?: Options): Promise<ConnectionDefaults>;
  };
}

/** How they are sent. */
export function meOf(send: Send): MeMethods {
  return {
    get: (options) => send.object({ method: 'GET', path: '/api/v1/me' }, options),
    signIn: {
      set: (body, options) => send.nothing({ method: 'PUT', path: '/api/v1/me/sign-in', body }, options),
    },
    invitations: {
      accept: (body, options) => send.object({ method: 'POST', path: '/api/v1/me/invitations', body }, options),
    },
    connectionDefaults: {
      get: (options) => send.object({ method: 'GET', path: '/api/v1/me/connection-defaults' }, options),
      set: (body, options) => send.object({ method: 'PUT', path: '/api/v1/me/connection-defaults', body }, options),
    },
  };
}
