// Written by `npm run generate` from the description of the API. Change the routes of the server, not this file.
/* oxlint-disable max-lines, max-lines-per-function, max-params */

import { at, type Options } from '../http/ask.ts';
import type { Send } from '../http/create-send.ts';
import type { List } from '../http/list.ts';
import type { AcceptInvitationAnswer } from './shared.ts';

export interface Invitation {
  readonly id: string;
  readonly email: string;
  readonly role: 'VIEWER' | 'MEMBER' | 'MANAGER' | 'ADMIN' | 'OWNER';
  readonly crew_id: string | null;
  readonly invited_by: string;
  readonly created_at: string;
  readonly expires_at: string;
}

export interface OpenInvitationAnswer {
  readonly workspace: string;
  readonly email: string;
  readonly role: 'VIEWER' | 'MEMBER' | 'MANAGER' | 'ADMIN' | 'OWNER';
  readonly expires_at: string;
}

export interface CreateInvitationBody {
  readonly email: string;
  readonly role: 'VIEWER' | 'MEMBER' | 'MANAGER' | 'ADMIN' | 'OWNER';
  /** Id or slug. */
  readonly crew?: string | undefined;
}

export interface OpenInvitationBody {
  readonly token: string;
}

export interface AcceptInvitationBody {
  readonly token: string;
  readonly name: string;
  readonly password: string;
}

export interface ListInvitationsQuery {
  readonly limit?: number | undefined;
  /** `next_cursor` of the page before. */
  readonly cursor?: string | undefined;
}

/** The methods under `plugboard.invitations`. */
export interface InvitationsMethods {
  /**
   * The invitations nobody has accepted yet, newest first.
   *
   * Needs the role ADMIN or above and the scope `members:read`.
   */
  list(query?: ListInvitationsQuery, options?: Options): List<Invitation>;
  /**
   * Invites somebody for a week. The link is shown once.
   *
   * Needs the role ADMIN or above and the scope `members:write`.
   */
  create(
    body: CreateInvitationBody,
    options?: Options,
  ): Promise<{
    readonly invitation: Invitation;
    /** Shown once. Send it to the person. */
    readonly url: string;
  }>;
  /**
   * Takes an invitation back: its link no longer works.
   *
   * Needs the role ADMIN or above and the scope `members:write`.
   */
  cancel(id: string, options?: Options): Promise<void>;
  /** What the page behind an invitation’s link shows; the token in the body is what opens it. */
  open(body: OpenInvitationBody, options?: Options): Promise<OpenInvitationAnswer>;
  /** Joins a workspace with the token of an invitation, choosing a name and a password. */
  accept(body: AcceptInvitationBody, options?: Options): Promise<AcceptInvitationAnswer>;
}

/** How they are sent. */
export function invitationsOf(send: Send): InvitationsMethods {
  return {
    list: (query, options) => send.list({ method: 'GET', path: '/api/v1/invitations', query }, options),
    create: (body, options) =>
      send.object({ method: 'POST', path: '/api/v1/invitations', body, repeatable: true }, options),
    cancel: (id, options) => send.nothing({ method: 'DELETE', path: at`/api/v1/invitations/${id}` }, options),
    open: (body, options) => send.object({ method: 'POST', path: '/api/v1/invitations/open', body }, options),
    accept: (body, options) => send.object({ method: 'POST', path: '/api/v1/invitations/accept', body }, options),
  };
}
