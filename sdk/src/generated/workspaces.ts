// Written by `npm run generate` from the description of the API. Change the routes of the server, not this file.
/* oxlint-disable max-lines, max-lines-per-function, max-params */

import { at, type Options } from '../http/ask.ts';
import type { Send } from '../http/create-send.ts';
import type { List } from '../http/list.ts';
import type { Workspace } from './shared.ts';

export interface AppOrigin {
  readonly origin: string;
  readonly created_at: string;
}

export interface Brand {
  readonly name: string | null;
  readonly logo: string | null;
  readonly colour: string | null;
  /** The colour as the pages use it, so that it can be read in light and in dark. */
  readonly shown: {
    readonly light: string;
    readonly dark: string;
  } | null;
}

export interface WorkspacePolicy {
  /** `ask`: every write waits for a person, whatever a key or an agent was granted. */
  readonly writes: 'allow_unasked' | 'ask';
  /** `always_ask`: a tool that destroys waits for a person even where writes may run unasked. */
  readonly destructive: 'as_writes' | 'always_ask';
  /** `ask`: reads wait for a person, too. */
  readonly reads: 'run' | 'ask';
  /** How long a call waits for its decision before it expires, in seconds: 5 minutes to 7 days. */
  readonly approval_ttl: number;
  /** A call on a shared connection is decided by another person than the one whose credential asked. A personal connection stays with its owner. */
  readonly second_person: boolean;
  /** Grows with every change; approvals are bound to it. */
  readonly version: number;
}

export interface CreateWorkspaceBody {
  readonly name: string;
  readonly slug?: string | undefined;
}

export interface EditWorkspaceBody {
  readonly name?: string | undefined;
  readonly reveal_headers?: 'managers' | 'never' | undefined;
}

export interface EditWorkspacePolicyBody {
  /** `ask`: every write waits for a person, whatever a key or an agent was granted. */
  readonly writes?: 'allow_unasked' | 'ask' | undefined;
  /** `always_ask`: a tool that destroys waits for a person even where writes may run unasked. */
  readonly destructive?: 'as_writes' | 'always_ask' | undefined;
  /** `ask`: reads wait for a person, too. */
  readonly reads?: 'run' | 'ask' | undefined;
  /** How long a call waits for its decision before it expires, in seconds: 5 minutes to 7 days. */
  readonly approval_ttl?: number | undefined;
  /** A call on a shared connection is decided by another person than the one whose credential asked. A personal connection stays with its owner. */
  readonly second_person?: boolean | undefined;
}

export interface RegisterAppOriginBody {
  /** https://app.example; http for localhost alone. */
  readonly origin: string;
}

export interface SetBrandBody {
  readonly name?: string | null | undefined;
  /** data:image/png;base64,… A PNG, JPEG or WebP of at most 32 KiB. */
  readonly logo?: string | null | undefined;
  readonly colour?: string | null | undefined;
}

export interface ListWorkspacesQuery {
  readonly limit?: number | undefined;
  /** `next_cursor` of the page before. */
  readonly cursor?: string | undefined;
}

export interface DeleteAppOriginQuery {
  readonly origin: string;
}

/** The methods under `plugboard.workspaces`. */
export interface WorkspacesMethods {
  /** The workspaces the caller is a member of, newest first; a key knows its own alone. */
  list(query?: ListWorkspacesQuery, options?: Options): List<Workspace>;
  /**
   * Makes a workspace with a crew and a project, owned by the operator who asks for it.
   *
   * For the operator of the installation.
   */
  create(body: CreateWorkspaceBody, options?: Options): Promise<Workspace>;
  /**
   * One workspace and the role one has there.
   *
   * Needs the role VIEWER or above and the scope `workspaces:read`.
   */
  get(workspace: string, options?: Options): Promise<Workspace>;
  /**
   * Gives the workspace another name (its slug stays), or changes who is shown the headers of agent endpoints.
   *
   * Needs the role ADMIN or above and the scope `workspaces:write`.
   */
  update(workspace: string, body?: EditWorkspaceBody, options?: Options): Promise<Workspace>;
  readonly policy: {
    /**
     * What the workspace demands of every call, whoever asks.
     *
     * Needs the role VIEWER or above and the scope `workspaces:read`.
     */
    get(workspace: string, options?: Options): Promise<WorkspacePolicy>;
    /**
     * Changes what the workspace demands of every call. Loosening takes a person who is signed in or a key with the scope admin; any change voids what waits for a decision.
     *
     * Needs the role ADMIN or above and the scope `workspaces:write`.
     */
    update(workspace: string, body?: EditWorkspacePolicyBody, options?: Options): Promise<WorkspacePolicy>;
  };
  readonly origins: {
    /**
     * The origins of the apps of the workspace: end users are sent back there alone, and pages there alone are told.
     *
     * Needs the role ADMIN or above and the scope `workspaces:read`.
     */
    list(workspace: string, options?: Options): List<AppOrigin>;
    /**
     * Registers an origin, exactly as browsers write it. One that is registered already is answered as it is.
     *
     * Needs the role ADMIN or above and the scope `workspaces:write`.
     */
    register(workspace: string, body: RegisterAppOriginBody, options?: Options): Promise<AppOrigin>;
    /**
     * Forgets an origin: nobody is sent there any more, and nobody there is told.
     *
     * Needs the role ADMIN or above and the scope `workspaces:write`.
     */
    delete(workspace: string, query: DeleteAppOriginQuery, options?: Options): Promise<void>;
  };
  readonly brand: {
    /**
     * What the pages for end users look like.
     *
     * Needs the role ADMIN or above and the scope `workspaces:read`.
     */
    get(workspace: string, options?: Options): Promise<Brand>;
    /**
     * Sets what the pages for end users look like: name, logo and colour. What is left out is as on our own pages.
     *
     * Needs the role ADMIN or above and the scope `workspaces:write`.
     */
    set(workspace: string, body?: SetBrandBody, options?: Options): Promise<Brand>;
  };
}

/** How they are sent. */
export function workspacesOf(send: Send): WorkspacesMethods {
  return {
    list: (query, options) => send.list({ method: 'GET', path: '/api/v1/workspaces', query }, options),
    create: (body, options) =>
      send.object({ method: 'POST', path: '/api/v1/workspaces', body, repeatable: true }, options),
    get: (workspace, options) => send.object({ method: 'GET', path: at`/api/v1/workspaces/${workspace}` }, options),
    update: (workspace, body, options) =>
      send.object({ method: 'PATCH', path: at`/api/v1/workspaces/${workspace}`, body: body ?? {} }, options),
    policy: {
      get: (workspace, options) =>
        send.object({ method: 'GET', path: at`/api/v1/workspaces/${workspace}/policy` }, options),
      update: (workspace, body, options) =>
        send.object({ method: 'PATCH', path: at`/api/v1/workspaces/${workspace}/policy`, body: body ?? {} }, options),
    },
    origins: {
      list: (workspace, options) =>
        send.list({ method: 'GET', path: at`/api/v1/workspaces/${workspace}/origins` }, options),
      register: (workspace, body, options) =>
        send.object(
          { method: 'POST', path: at`/api/v1/workspaces/${workspace}/origins`, body, repeatable: true },
          options,
        ),
      delete: (workspace, query, options) =>
        send.nothing({ method: 'DELETE', path: at`/api/v1/workspaces/${workspace}/origins`, query }, options),
    },
    brand: {
      get: (workspace, options) =>
        send.object({ method: 'GET', path: at`/api/v1/workspaces/${workspace}/brand` }, options),
      set: (workspace, body, options) =>
        send.object({ method: 'PUT', path: at`/api/v1/workspaces/${workspace}/brand`, body: body ?? {} }, options),
    },
  };
}
