import type { Requirement } from './requirement.ts';

/** Connections that are revoked, one or many at once: here, at their providers, and what is told of it. */
export const revocation = [
  {
    id: 'revocation/dry-run',
    source: 'PRODUCT 5',
    sentence:
      'Without a confirmation a filter only shows which connections it means and what would become of each; nothing is done.',
  },
  {
    id: 'revocation/filter',
    source: 'PRODUCT 5',
    sentence:
      'A filter means what all of it is true of: connector, time, scope, owner, ids, or everything; an empty one is a 400.',
  },
  {
    id: 'revocation/nothing',
    source: 'PRODUCT 5',
    sentence: 'A filter that means no connection is answered, and finished.',
  },
  {
    id: 'revocation/cut-off',
    source: 'PRODUCT 5',
    sentence: 'When a revocation is answered its connections are gone from every list and refuse every call.',
  },
  {
    id: 'revocation/replicas',
    source: 'RUNTIME R6',
    sentence: 'No connection of a revocation is used on any replica for longer than a second.',
  },
  {
    id: 'revocation/receipts',
    source: 'PRODUCT 5',
    sentence:
      'Each connection has a receipt that says whether its provider was told with success, cannot be, or why it failed.',
  },
  {
    id: 'revocation/at-provider',
    source: 'RFC 7009',
    sentence: 'Providers are told with RFC 7009 or in a way of their own, and the tokens are over there.',
  },
  {
    id: 'revocation/destroyed',
    source: 'PRODUCT 5',
    sentence:
      'Secrets are taken out of use at once and sealed for telling the provider alone; afterwards they are destroyed, whatever came of it.',
  },
  {
    id: 'revocation/again',
    source: 'RFC 7009 §2.2.1',
    sentence: 'A provider that cannot be reached is told again with back-off, for a day; then the receipt says failed.',
  },
  {
    id: 'revocation/polite',
    source: 'PRODUCT 5',
    sentence:
      'A provider gets two requests at a time, and is left alone for a while when it is in trouble or asks for that.',
  },
  {
    id: 'revocation/crash',
    source: 'RUNTIME R7',
    sentence: 'A process that is killed on the way loses nothing: another one goes on, and tells no provider twice.',
  },
  {
    id: 'revocation/last-token',
    source: 'RUNTIME R1',
    sentence: 'A token that is just being renewed is waited for: the one that is revoked is the last one.',
  },
  {
    id: 'revocation/usage',
    source: 'PRODUCT 5',
    sentence: 'A report tells what each connection was used for since a date, tool by tool and by whom.',
  },
  {
    id: 'revocation/on-record',
    source: 'RUNTIME R11',
    sentence: 'Who revoked what is on record, connection by connection, and what came of it.',
  },
  {
    id: 'revocation/authority',
    source: 'SECURITY S3',
    sentence: 'Revoking by a filter takes ADMIN, and a person who is signed in or a key with the scope admin.',
  },
  {
    id: 'revocation/tenants',
    source: 'SECURITY S21',
    sentence: 'A filter means connections of one workspace, whatever ids it names.',
  },
  {
    id: 'revocation/hostile',
    source: 'SECURITY S1',
    sentence: 'A provider that hangs, fails, redirects or repeats what it was sent learns nothing and holds nobody up.',
  },
] as const satisfies readonly Requirement[];
