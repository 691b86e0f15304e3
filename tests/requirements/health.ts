import type { Requirement } from './requirement.ts';

/** How the health of connections is found out, told, and acted on. */
export const health = [
  {
    id: 'health/idle',
    source: '003.2',
    sentence: 'A connection that nobody uses is asked about now and then; what that finds is its status, and an event.',
  },
  {
    id: 'health/test',
    source: '003.2',
    sentence:
      'Whoever may change a connection, a personal one too, has its provider asked now; the answer is data, and the status follows it.',
  },
  {
    id: 'health/idle-used',
    source: '003.2',
    sentence: 'A connection over which a call has just worked is not asked about, nor is one that is off or deleted.',
  },
  {
    id: 'health/idle-budget',
    source: 'R13',
    sentence: 'However many are due, no workspace and no provider gets more than its share of a round.',
  },
  {
    id: 'health/idle-once',
    source: 'R7',
    sentence: 'Processes that look at the same time look once.',
  },
  {
    id: 'health/second-looks',
    source: '003.2',
    sentence:
      'A connection that has failed is asked about three times more, and recovers by itself where the provider takes it again; then it is left alone.',
  },
  {
    id: 'health/away',
    source: '003.2',
    sentence: 'A provider that cannot be asked takes away neither the status nor the reason somebody was given.',
  },
  {
    id: 'health/events',
    source: '003.2',
    sentence: 'Connected, failed, recovered and revoked are events, each once for each change.',
  },
  {
    id: 'health/expiring',
    source: '003.2',
    sentence: 'The end of a token that nothing renews is announced three days and one day before, each once.',
  },
  {
    id: 'health/reconnect',
    source: '004.3',
    sentence: 'Reconnecting keeps id, handle, switches, and what refers to the connection.',
  },
  {
    id: 'health/another-account',
    source: '004.3',
    sentence:
      'Values of another account than before are a 409 that names both, and change nothing, unless the request says that it is meant.',
  },
  {
    id: 'health/another-account-page',
    source: '004.6',
    sentence: 'A person who signs in with another account than before is shown both, and asked.',
  },
  {
    id: 'health/another-account-direct',
    source: '004.6',
    sentence: 'An app that answers for its browser connects another account than before only by saying so.',
  },
  {
    id: 'health/outbox',
    source: 'R7',
    sentence:
      'Who reacts to events is told of each at least once, in order for each subject, whichever process ends how.',
  },
  {
    id: 'health/set-aside',
    source: 'R7',
    sentence:
      'An event that is told in vain too often is set aside, shown to admins, and told again when one asks; later ones are told meanwhile.',
  },
] as const satisfies readonly Requirement[];
