import type { Requirement } from './requirement.ts';

/** The people of an app as a resource: whose a connection is, what is found by it, and how they are forgotten. */
export const endUsers = [
  {
    id: 'end-users/named',
    source: 'PRODUCT 2',
    sentence:
      'An end user is known by the id their app gives them, which is answered back the same, whatever it holds.',
  },
  {
    id: 'end-users/said-anew',
    source: 'PRODUCT 2',
    sentence:
      'What an app says of an end user is kept until it says otherwise; null takes it away, and no event says it.',
  },
  {
    id: 'end-users/listed',
    source: 'RULINGS, Everywhere 9',
    sentence: 'End users are listed newest first, and found by how their id, name or e-mail address begins.',
  },
  {
    id: 'end-users/connection',
    source: 'PRODUCT 2',
    sentence: 'An app makes a connection for an end user by naming them; it is theirs alone, and the app manages it.',
  },
  {
    id: 'end-users/who-makes',
    source: 'RULINGS, Everywhere 5',
    sentence:
      'Making something for an end user takes MANAGER and the scope end_users:write; what is refused names nobody.',
  },
  {
    id: 'end-users/theirs-alone',
    source: 'RULINGS 000.6',
    sentence: 'No member, ADMIN or key uses the connection of an end user, and nobody can share it.',
  },
  {
    id: 'end-users/sign-in-link',
    source: 'SECURITY S8',
    sentence:
      'Whoever signs an end user in is sent a link for that end user; only an app with oauth:direct gets the address of the provider.',
  },
  {
    id: 'end-users/token-limits',
    source: 'PRODUCT 2',
    sentence: 'The token of an end user names no other one, writes no metadata, and makes nothing it is not for.',
  },
  {
    id: 'end-users/metadata',
    source: 'PRODUCT 2',
    sentence:
      'An app writes texts on a connection: what it does not name stays, null takes away, fifty keys are the most.',
  },
  {
    id: 'end-users/filters',
    source: 'PRODUCT 2',
    sentence:
      'Connections are found by end user, connector and metadata, all of what is asked, to the letter, page by page.',
  },
  {
    id: 'end-users/calls',
    source: 'PRODUCT 2',
    sentence: 'Calls say which end user made them, and are found by them, for whoever may know end users.',
  },
  {
    id: 'end-users/revoked',
    source: 'PRODUCT 5',
    sentence:
      'A revocation can mean one end user or all of them; what is personal to members means no end user, and each list says whose a connection is.',
  },
  {
    id: 'end-users/erased',
    source: 'RUNTIME R11',
    sentence:
      'An end user who is erased is named nowhere any more: what is theirs is revoked or deleted, and a pseudonym stands in the records.',
  },
  {
    id: 'end-users/receipt',
    source: 'RUNTIME R11',
    sentence: 'An erasure answers a receipt of what was done, without a name; asking again answers the same one.',
  },
  {
    id: 'end-users/erased-verifies',
    source: 'SECURITY S23',
    sentence: 'The records still verify after an end user was erased.',
  },
  {
    id: 'end-users/erased-anew',
    source: 'RUNTIME R11',
    sentence: 'Whoever is called like somebody who was erased is another end user.',
  },
  {
    id: 'end-users/erased-crash',
    source: 'RUNTIME R7',
    sentence:
      'An erasure whose process is killed has ended everything that could be used, and is finished by whoever comes next.',
  },
  {
    id: 'end-users/erased-given-up',
    source: 'RUNTIME R7',
    sentence: 'An erasure that was given up after its tries is taken up again by itself.',
  },
  {
    id: 'end-users/erased-later',
    source: 'RUNTIME R11',
    sentence:
      'An erasure that takes longer than the client waits answers 202 with what can be used ended already, and is finished in the background.',
  },
  {
    id: 'end-users/erased-meanwhile',
    source: 'RUNTIME R11',
    sentence: 'What is begun for an end user while they are erased is refused, or erased with them.',
  },
  {
    id: 'end-users/tenants',
    source: 'SECURITY S21',
    sentence: 'The end users of another workspace who are called the same are others in everything.',
  },
] as const satisfies readonly Requirement[];
