import type { Requirement } from './requirement.ts';

/** Calls for the end users of an app, which they decide themselves. */
export const endUserApprovals = [
  {
    id: 'end-user-approvals/nobody-else',
    source: 'Everywhere 13',
    sentence:
      'A call on an end user’s connection is decided by that end user on our page, or by a key of kind app whose only scope is approvals:decide: by no member, no other key and no token.',
  },
  {
    id: 'end-user-approvals/names-the-end-user',
    source: 'Everywhere 13',
    sentence: 'The app’s key says which end user decided: somebody else than this one is a 403, nobody a 400.',
  },
  {
    id: 'end-user-approvals/named-connections',
    source: 'Everywhere 13',
    sentence:
      'A call by a user token on a connection of the workspace that was named for it is decided by people who may use that connection.',
  },
  {
    id: 'end-user-approvals/lineage',
    source: 'SECURITY S3',
    sentence:
      'Neither the token that asked, nor whoever made it, nor a key made by that or beside it, decides or makes the link to the page.',
  },
  {
    id: 'end-user-approvals/seen',
    source: 'Everywhere 13',
    sentence:
      'The app’s key for deciding sees a call with its arguments, and in lists where it names the end user; end users see what they asked for and nothing of each other.',
  },
  {
    id: 'end-user-approvals/on-record',
    source: 'Everywhere 13',
    sentence: 'A decision is on record with the credential that sent it and the end user who decided.',
  },
  {
    id: 'end-user-approvals/policy',
    source: 'Everywhere 14',
    sentence: 'What a workspace demands of calls holds for those of end users, and what has changed since voids them.',
  },
  {
    id: 'end-user-approvals/link',
    source: 'PRODUCT: for apps',
    sentence: 'The app’s key for deciding makes a link that opens the page of one approval for its end user, once.',
  },
  {
    id: 'end-user-approvals/page',
    source: 'SECURITY S13',
    sentence:
      'The page shows connector, account, tool, whether it destroys something, the whole arguments with what a reader would not see written out, who asked and until when; it takes a decision with or without a note, and says what became of it.',
  },
  {
    id: 'end-user-approvals/page-alone',
    source: 'SECURITY S7, S18',
    sentence:
      'The page shows and decides its one approval, in the browser that opened the link and from its own form, and nothing without it.',
  },
  {
    id: 'end-user-approvals/page-for-everybody',
    source: 'PRODUCT: for apps',
    sentence: 'The page can be read and used by everybody, on a telephone, by keyboard and without a script.',
  },
  {
    id: 'end-user-approvals/tells',
    source: 'SECURITY S19',
    sentence:
      'The page tells the window of the app that opened it what became of the call, where its origin is registered, and no other window.',
  },
  {
    id: 'end-user-approvals/address',
    source: 'SECURITY S3',
    sentence:
      'A call that waits for an end user answers with the address of the page and says who decides; with the address alone nobody sees or decides anything.',
  },
  {
    id: 'end-user-approvals/events',
    source: 'PRODUCT: for apps',
    sentence:
      'That a call waits, was decided or ran out of time is on record with everything needed to show it but its arguments.',
  },
  {
    id: 'end-user-approvals/webhooks',
    source: 'PRODUCT: for apps',
    sentence:
      'Webhooks tell the app of it with everything to show it; arguments, and the address they stand in, are fetched with the key for deciding.',
  },
  {
    id: 'end-user-approvals/gone',
    source: 'SECURITY S13',
    sentence:
      'What waits on a connection that was revoked, for an end user who was erased, or over a connection that a revoked token named is not run, whoever approves it.',
  },
] as const satisfies readonly Requirement[];
