import type { Requirement } from './requirement.ts';

/** Calls that wait for a person, and what a workspace demands of them. */
export const approvals = [
  {
    id: 'approvals/waits',
    source: 'PRODUCT: fixed for everyone',
    sentence: 'A call that asks waits up to 45 s for its decision and answers with the result.',
  },
  {
    id: 'approvals/at-once',
    source: 'PRODUCT: fixed for everyone',
    sentence: 'Who prefers an answer at once, or says how long to wait, is answered then that the call is pending.',
  },
  {
    id: 'approvals/replicas',
    source: 'PRODUCT: nobody else 2',
    sentence: 'What is decided on one replica is answered to who waits on another within a second.',
  },
  {
    id: 'approvals/leaving',
    source: 'PRODUCT: fixed for everyone',
    sentence: 'A caller that leaves, or a process that does, leaves the approval pending.',
  },
  {
    id: 'approvals/waiting-cap',
    source: 'R13',
    sentence: 'A workspace has a bounded number of calls waiting; one more is answered at once that it is pending.',
  },
  {
    id: 'approvals/progress',
    source: 'MCP, utilities/progress',
    sentence: 'An MCP client that asks for progress is told, while its call waits, where a person decides.',
  },
  {
    id: 'approvals/once',
    source: 'PRODUCT: fixed for everyone',
    sentence: 'A result is fetched once, by the same call or by its id; asking again after that is a new question.',
  },
  {
    id: 'approvals/unknown',
    source: 'R2',
    sentence:
      'A call cut off after its approval says when it began and where it went, is never run again, and a person can mark it as seen.',
  },
  {
    id: 'approvals/drain',
    source: 'R14',
    sentence: 'An approved call that had not begun when the process ran out of time waits for its decision again.',
  },
  {
    id: 'approvals/voided',
    source: 'S13',
    sentence: 'An approved call is not run where anything it was bound to has changed since.',
  },
  {
    id: 'approvals/in-vain',
    source: 'S13',
    sentence:
      'What waits over a connection that is revoked, or for an end user who is erased, is voided with it: its asker is answered, the app is told, and nobody decides it any more.',
  },
  {
    id: 'approvals/state',
    source: 'S13',
    sentence: 'A decision about a call that no longer waits is a 409 that says what became of it.',
  },
  {
    id: 'approvals/batch',
    source: 'PRODUCT: oversee',
    sentence: 'Up to 50 calls are decided in one request, each by itself, in order, by the same rules as one.',
  },
  {
    id: 'approvals/list',
    source: 'PRODUCT: oversee',
    sentence: 'The list is narrowed by status, connection, tool and requester, page by page.',
  },
  {
    id: 'approvals/expiry',
    source: 'S13',
    sentence: 'A call that nobody decides in time expires, on record: after a day, or what the workspace says.',
  },
  {
    id: 'approvals/shown',
    source: 'S13',
    sentence: 'A person sees the whole argument, with every invisible or bidirectional character written out.',
  },
  {
    id: 'approvals/too-large',
    source: 'S13',
    sentence: 'What is larger than 256 KiB is not asked about.',
  },
  {
    id: 'approvals/policy',
    source: 'Everywhere 14',
    sentence: 'A workspace says which calls always ask, how long they wait, and whether a second person decides.',
  },
  {
    id: 'approvals/policy-loosening',
    source: 'S3',
    sentence: 'Loosening the policy of a workspace takes a person; every change is on record and voids what waits.',
  },
] as const satisfies readonly Requirement[];
