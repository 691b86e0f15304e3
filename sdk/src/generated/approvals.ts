// Written by `npm run generate` from the description of the API. Change the routes of the server, not this file.
/* oxlint-disable max-lines, max-lines-per-function, max-params */

import { at, type Options } from '../http/ask.ts';
import type { Send } from '../http/create-send.ts';
import type { List } from '../http/list.ts';
import type { MadeConnectLink } from './shared.ts';

export interface Approval {
  readonly id: string;
  readonly status: 'pending' | 'executing' | 'done' | 'declined' | 'expired' | 'voided' | 'outcome_unknown';
  readonly tool: string;
  readonly type: 'read' | 'write';
  readonly destructive: boolean;
  readonly connection: {
    readonly id: string;
    readonly handle: string;
    readonly label: string;
    /** Who it is at the provider, when known. */
    readonly account: string | null;
    readonly connector: string;
  };
  /** Method and resolved address of the call. */
  readonly target: string;
  /** What the tool is called, the label of the connection and the target, with every character that a reader would not see written out, as ⟦U+202E⟧. */
  readonly shown: {
    readonly tool: string;
    readonly connection: string;
    readonly target: string;
  };
  /** The credential that asked. */
  readonly requested_by: string;
  readonly requested_user_id: string;
  /** The end user of an app for whom it was asked, as the app calls them; null where it was for none. */
  readonly end_user: {
    readonly id: string;
  } | null;
  readonly decided_by: string | null;
  /** The end user who decided: on our page, or as the app says. */
  readonly decided_by_end_user: {
    readonly id: string;
  } | null;
  /** When it was decided, and where it was approved, when it was begun. */
  readonly decided_at: string | null;
  readonly note: string | null;
  readonly may_decide: boolean;
  /** Who has looked after an unknown outcome. */
  readonly acknowledged_by: string | null;
  readonly acknowledged_at: string | null;
  readonly acknowledgement_note: string | null;
  readonly created_at: string;
  readonly expires_at: string;
  /** As they would be sent. */
  readonly arguments: Readonly<Record<string, unknown>>;
  /** The whole arguments with every character that a reader would not see written out, as ⟦U+202E⟧. */
  readonly shown_arguments: Readonly<Record<string, unknown>>;
  /** Whether anything of it had to be written out. */
  readonly has_invisible: boolean;
  /** Why the caller may not decide it; null where they may. */
  readonly refusal: string | null;
  /** What became of it, without what the provider answered; null while it waits or is being carried out. */
  readonly outcome: {
    readonly status: string;
    readonly reason: string | null;
    readonly message: string | null;
  } | null;
}

export interface ListedApproval {
  readonly id: string;
  readonly status: 'pending' | 'executing' | 'done' | 'declined' | 'expired' | 'voided' | 'outcome_unknown';
  readonly tool: string;
  readonly type: 'read' | 'write';
  readonly destructive: boolean;
  readonly connection: {
    readonly id: string;
    readonly handle: string;
    readonly label: string;
    /** Who it is at the provider, when known. */
    readonly account: string | null;
    readonly connector: string;
  };
  /** Method and resolved address of the call. */
  readonly target: string;
  /** What the tool is called, the label of the connection and the target, with every character that a reader would not see written out, as ⟦U+202E⟧. */
  readonly shown: {
    readonly tool: string;
    readonly connection: string;
    readonly target: string;
  };
  /** The credential that asked. */
  readonly requested_by: string;
  readonly requested_user_id: string;
  /** The end user of an app for whom it was asked, as the app calls them; null where it was for none. */
  readonly end_user: {
    readonly id: string;
  } | null;
  readonly decided_by: string | null;
  /** The end user who decided: on our page, or as the app says. */
  readonly decided_by_end_user: {
    readonly id: string;
  } | null;
  /** When it was decided, and where it was approved, when it was begun. */
  readonly decided_at: string | null;
  readonly note: string | null;
  readonly may_decide: boolean;
  /** Who has looked after an unknown outcome. */
  readonly acknowledged_by: string | null;
  readonly acknowledged_at: string | null;
  readonly acknowledgement_note: string | null;
  readonly created_at: string;
  readonly expires_at: string;
}

export interface DecideApprovalsAnswer {
  readonly data: readonly (
    | {
        readonly id: string;
        readonly approval: ListedApproval;
      }
    | {
        readonly id: string;
        readonly error: {
          readonly code:
            | 'BAD_REQUEST'
            | 'UNAUTHORIZED'
            | 'FORBIDDEN'
            | 'NOT_FOUND'
            | 'CONFLICT'
            | 'PAYLOAD_TOO_LARGE'
            | 'INVALID_INPUT'
            | 'RATE_LIMITED'
            | 'INTERNAL'
            | 'PROVIDER_UNAVAILABLE';
          readonly message: string;
          /** What it is, where it no longer waits. */
          readonly status?: 'pending' | 'executing' | 'done' | 'declined' | 'expired' | 'voided' | 'outcome_unknown';
        };
      }
  )[];
}

export interface DecideApprovalsBody {
  readonly decisions: readonly {
    /** For the record, and for the asker where it is declined. */
    readonly note?: string | undefined;
    /** For the connection of an end user: who decided, by the id your app has for them. For every other: nothing. */
    readonly decided_by?:
      | {
          readonly id: string;
        }
      | undefined;
    readonly id: string;
    readonly decision: 'approve' | 'decline';
  }[];
}

export interface ApproveCallBody {
  /** For the record, and for the asker where it is declined. */
  readonly note?: string | undefined;
  /** For the connection of an end user: who decided, by the id your app has for them. For every other: nothing. */
  readonly decided_by?:
    | {
        readonly id: string;
      }
    | undefined;
}

export interface DeclineCallBody {
  /** For the record, and for the asker where it is declined. */
  readonly note?: string | undefined;
  /** For the connection of an end user: who decided, by the id your app has for them. For every other: nothing. */
  readonly decided_by?:
    | {
        readonly id: string;
      }
    | undefined;
}

export interface AcknowledgeOutcomeBody {
  /** What was found out, for the record. */
  readonly note?: string | undefined;
  /** For the connection of an end user: who decided, by the id your app has for them. For every other: nothing. */
  readonly decided_by?:
    | {
        readonly id: string;
      }
    | undefined;
}

export interface CreateApprovalLinkBody {
  /** Seconds in which it can be opened; never longer than the call waits. Default: 900. */
  readonly expires_in?: number | undefined;
  /** Where the page leads back to: on an origin that the workspace registered. */
  readonly return_url?: string | undefined;
  /** The language of the page (BCP 47). Default: what the browser asks for. */
  readonly locale?: string | undefined;
}

export interface ListApprovalsQuery {
  readonly status?:
    | 'pending'
    | 'executing'
    | 'done'
    | 'declined'
    | 'expired'
    | 'voided'
    | 'outcome_unknown'
    | undefined;
  readonly connection?: string | undefined;
  /** The name of a tool, without its connection. */
  readonly tool?: string | undefined;
  /** A credential as `requested_by` has it, or the id of a person. */
  readonly requester?: string | undefined;
  /** What was asked for this end user. A key for deciding sees it only where it names them. */
  readonly end_user?: string | undefined;
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

/** The methods under `plugboard.approvals`. */
export interface ApprovalsMethods {
  /**
   * Calls that wait or waited for a person, newest first.
   *
   * Needs the role MEMBER or above and the scope `approvals:read` or `approvals:decide`.
   */
  list(query?: ListApprovalsQuery, options?: Options): List<ListedApproval>;
  /**
   * One approval with the exact arguments of its call, as they are and as a person can see them.
   *
   * Needs the role MEMBER or above and the scope `approvals:read` or `approvals:decide`.
   */
  get(id: string, options?: Options): Promise<Approval>;
  /**
   * Approves a waiting call and runs exactly what was stored, once.
   *
   * Needs the role MEMBER or above and the scope `approvals:decide`.
   */
  approve(id: string, body?: ApproveCallBody, options?: Options): Promise<ListedApproval>;
  /**
   * Declines a waiting call: it never runs.
   *
   * Needs the role MEMBER or above and the scope `approvals:decide`.
   */
  decline(id: string, body?: DeclineCallBody, options?: Options): Promise<ListedApproval>;
  /**
   * Marks a call of which nobody knows whether it happened as looked after. It runs nothing.
   *
   * Needs the role MEMBER or above and the scope `approvals:decide`.
   */
  acknowledge(id: string, body?: AcknowledgeOutcomeBody, options?: Options): Promise<ListedApproval>;
  readonly decisions: {
    /**
     * Decides up to 50 calls in the order given, each by itself and with an outcome of its own.
     *
     * Needs the role MEMBER or above and the scope `approvals:decide`.
     */
    decide(body: DecideApprovalsBody, options?: Options): Promise<DecideApprovalsAnswer>;
  };
  readonly link: {
    /**
     * Makes a link that opens, once, the page on which the end user decides this call.
     *
     * Needs the role MEMBER or above and the scope `approvals:decide`.
     */
    create(id: string, body?: CreateApprovalLinkBody, options?: Options): Promise<MadeConnectLink>;
  };
}

/** How they are sent. */
export function approvalsOf(send: Send): ApprovalsMethods {
  return {
    list: (query, options) => send.list({ method: 'GET', path: '/api/v1/approvals', query }, options),
    get: (id, options) => send.object({ method: 'GET', path: at`/api/v1/approvals/${id}` }, options),
    approve: (id, body, options) =>
      send.object(
        { method: 'POST', path: at`/api/v1/approvals/${id}/approve`, body: body ?? {}, repeatable: true },
        options,
      ),
    decline: (id, body, options) =>
      send.object(
        { method: 'POST', path: at`/api/v1/approvals/${id}/decline`, body: body ?? {}, repeatable: true },
        options,
      ),
    acknowledge: (id, body, options) =>
      send.object(
        { method: 'POST', path: at`/api/v1/approvals/${id}/acknowledge`, body: body ?? {}, repeatable: true },
        options,
      ),
    decisions: {
      decide: (body, options) =>
        send.object({ method: 'POST', path: '/api/v1/approvals/decisions', body, repeatable: true }, options),
    },
    link: {
      create: (id, body, options) =>
        send.object(
          { method: 'POST', path: at`/api/v1/approvals/${id}/link`, body: body ?? {}, repeatable: true },
          options,
        ),
    },
  };
}
