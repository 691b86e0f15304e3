// Written by `npm run generate` from the description of the API. Change the routes of the server, not this file.
/* oxlint-disable max-lines, max-lines-per-function, max-params */

import { at, type Options } from '../http/ask.ts';
import type { Send } from '../http/create-send.ts';
import type { List } from '../http/list.ts';
import type { ServerEvent } from '../http/events-of.ts';

export interface Project {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly created_at: string;
}

export interface AgentEndpoint {
  readonly id: string;
  readonly name: string;
  readonly type: 'langgraph' | 'openai';
  readonly baseUrl: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface ListedAgentEndpoint {
  readonly id: string;
  readonly name: string;
  readonly type: 'langgraph' | 'openai';
  readonly baseUrl: string;
  /** In clear for whoever may see them, masked for everybody else. */
  readonly headers: Readonly<Record<string, string>>;
  readonly config: Readonly<Record<string, unknown>>;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export type TestAgentEndpointAnswer =
  | {
      readonly success: true;
      readonly latencyMs: number;
      readonly response: string;
    }
  | {
      readonly success: false;
      readonly latencyMs: number;
      readonly error: string;
    };

export type InvokeAgentEndpointAnswer =
  | {
      readonly success: true;
      /** Milliseconds. */
      readonly latencyMs: number;
      readonly messages: readonly {
        readonly role: string;
        readonly content: string;
        /** Tools the agent wants called or has called. */
        readonly toolCalls?: readonly {
          readonly id: string | null;
          readonly name: string;
          readonly arguments: Readonly<Record<string, unknown>> | string;
        }[];
        /** The call whose result this message is. */
        readonly toolCallId?: string;
      }[];
      readonly tokensUsage?: {
        readonly input: number;
        readonly output: number;
      };
      readonly threadId?: string;
    }
  | {
      readonly success: false;
      /** Milliseconds. */
      readonly latencyMs: number;
      /** The beginning of what the agent answered. */
      readonly rawResponse?: string;
      readonly error: string;
    };

export interface CreateProjectBody {
  readonly name: string;
  readonly slug?: string | undefined;
}

export interface CreateAgentEndpointBody {
  readonly name: string;
  readonly type: string;
  readonly baseUrl: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly config?: Readonly<Record<string, unknown>> | undefined;
}

export interface ChangeAgentEndpointBody {
  readonly name?: string | undefined;
  readonly type?: string | undefined;
  readonly baseUrl?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly config?: Readonly<Record<string, unknown>> | undefined;
}

export interface InvokeAgentEndpointBody {
  /** The conversation so far; the last message is the one to answer. */
  readonly messages: readonly {
    /** Who said it: user, assistant, system … */
    readonly role: string;
    readonly content: string;
  }[];
  /** Goes on with a thread that an earlier answer named. */
  readonly threadId?: string | undefined;
}

export interface ListProjectsQuery {
  readonly limit?: number | undefined;
  /** `next_cursor` of the page before. */
  readonly cursor?: string | undefined;
}

export interface ListAgentEndpointsQuery {
  /** Goes on after this id; the Link header of a full answer has it. */
  readonly cursor?: string | undefined;
}

/** The methods under `plugboard.projects`. */
export interface ProjectsMethods {
  /**
   * The projects of the workspace, newest first.
   *
   * Needs the role MEMBER or above and the scope `projects:read`.
   */
  list(query?: ListProjectsQuery, options?: Options): List<Project>;
  /**
   * Makes a project, a folder of agent endpoints.
   *
   * Needs the role MANAGER or above and the scope `projects:write`.
   */
  create(body: CreateProjectBody, options?: Options): Promise<Project>;
  readonly connectors: {
    /**
     * The agent endpoints of a project, newest first.
     *
     * Needs the role MEMBER or above and the scope `projects:read`.
     */
    list(projectId: string, query?: ListAgentEndpointsQuery, options?: Options): List<ListedAgentEndpoint>;
    /**
     * Makes an agent endpoint. Its headers are sealed, and go to the origin of its base URL alone.
     *
     * Needs the role MANAGER or above and the scope `projects:write`.
     */
    create(projectId: string, body: CreateAgentEndpointBody, options?: Options): Promise<ListedAgentEndpoint>;
    /**
     * One agent endpoint, without its headers.
     *
     * Needs the role MEMBER or above and the scope `projects:read`.
     */
    get(projectId: string, id: string, options?: Options): Promise<AgentEndpoint>;
    /**
     * Changes an agent endpoint: what is left out stays, headers and config are replaced whole. At another origin, headers that are not sent again are dropped.
     *
     * Needs the role MANAGER or above and the scope `projects:write`.
     */
    update(
      projectId: string,
      id: string,
      body?: ChangeAgentEndpointBody,
      options?: Options,
    ): Promise<ListedAgentEndpoint>;
    /**
     * Deletes an agent endpoint and destroys its headers.
     *
     * Needs the role MANAGER or above and the scope `projects:write`.
     */
    delete(projectId: string, id: string, options?: Options): Promise<void>;
    /**
     * Says hello to the agent and reads its answer.
     *
     * Needs the role MEMBER or above and the scope `tools:call`.
     */
    test(projectId: string, id: string, options?: Options): Promise<TestAgentEndpointAnswer>;
    /**
     * Sends a conversation to the agent and answers with its messages; asked for text/event-stream, in pieces as they come. A key needs tools:write_unasked, unless the agent only reads.
     *
     * Needs the role MEMBER or above and the scope `tools:call`.
     */
    invoke(
      projectId: string,
      id: string,
      body: InvokeAgentEndpointBody,
      options?: Options,
    ): Promise<InvokeAgentEndpointAnswer>;
    /**
     * Sends a conversation to the agent and answers with its messages; asked for text/event-stream, in pieces as they come. A key needs tools:write_unasked, unless the agent only reads.
     *
     * Needs the role MEMBER or above and the scope `tools:call`.
     *
     * As server-sent events, while it goes on.
     */
    invokeStream(
      projectId: string,
      id: string,
      body: InvokeAgentEndpointBody,
      options?: Options,
    ): AsyncGenerator<ServerEvent, void>;
    readonly types: {
      /**
       * The types of agent back-ends there are, in words.
       *
       * Needs the role MEMBER or above and the scope `projects:read`.
       */
      list(projectId: string, options?: Options): Promise<Readonly<Record<string, string>>>;
    };
  };
}

/** How they are sent. */
export function projectsOf(send: Send): ProjectsMethods {
  return {
    list: (query, options) => send.list({ method: 'GET', path: '/api/projects', query }, options),
    create: (body, options) => send.object({ method: 'POST', path: '/api/projects', body, repeatable: true }, options),
    connectors: {
      list: (projectId, query, options) =>
        send.list({ method: 'GET', path: at`/api/projects/${projectId}/connectors`, query }, options),
      create: (projectId, body, options) =>
        send.object(
          { method: 'POST', path: at`/api/projects/${projectId}/connectors`, body, repeatable: true },
          options,
        ),
      get: (projectId, id, options) =>
        send.object({ method: 'GET', path: at`/api/projects/${projectId}/connectors/${id}` }, options),
      update: (projectId, id, body, options) =>
        send.object(
          { method: 'PUT', path: at`/api/projects/${projectId}/connectors/${id}`, body: body ?? {} },
          options,
        ),
      delete: (projectId, id, options) =>
        send.nothing({ method: 'DELETE', path: at`/api/projects/${projectId}/connectors/${id}` }, options),
      test: (projectId, id, options) =>
        send.object(
          { method: 'POST', path: at`/api/projects/${projectId}/connectors/${id}/test`, repeatable: true },
          options,
        ),
      invoke: (projectId, id, body, options) =>
        send.object(
          { method: 'POST', path: at`/api/projects/${projectId}/connectors/${id}/invoke`, body, repeatable: true },
          options,
        ),
      invokeStream: (projectId, id, body, options) =>
        send.events(
          { method: 'POST', path: at`/api/projects/${projectId}/connectors/${id}/invoke`, body, repeatable: true },
          options,
        ),
      types: {
        list: (projectId, options) =>
          send.object({ method: 'GET', path: at`/api/projects/${projectId}/connectors/types` }, options),
      },
    },
  };
}
