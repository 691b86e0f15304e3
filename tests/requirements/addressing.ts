import type { Requirement } from './requirement.ts';

/** Several accounts of one connector, and which of them a call means. */
export const addressing = [
  {
    id: 'addressing/order',
    source: 'Everywhere 15',
    sentence:
      'A connector’s name alone means what the call says beside it, else the key’s default, else the person’s, else the only connection that fits; otherwise the caller is asked.',
  },
  {
    id: 'addressing/choices',
    source: 'Everywhere 15',
    sentence: 'An ambiguous call is told the choices, by REST as a 409 and by MCP as an error a model can read.',
  },
  {
    id: 'addressing/broken-default',
    source: 'Everywhere 15',
    sentence:
      'A default that is deleted, switched off or not the caller’s any more is never replaced by another account; the answer says why it does not count.',
  },
  {
    id: 'addressing/foreign-handle',
    source: 'Everywhere 16',
    sentence: 'A handle whose connection is deleted or not the caller’s never comes to mean another account.',
  },
  {
    id: 'addressing/defaults-by-people',
    source: 'SECURITY S3',
    sentence: 'Defaults are set by a person or a key with admin, among connections that their holder may use.',
  },
  {
    id: 'addressing/scope',
    source: '000.6',
    sentence: 'What personal, crew and workspace connections a call can mean follows who the caller is now.',
  },
  {
    id: 'addressing/account-in-list',
    source: 'Everywhere 16',
    sentence: 'Where a connector is connected several times, MCP tells with each tool whose account it uses.',
  },
  {
    id: 'addressing/run-as',
    source: 'PRODUCT',
    sentence:
      'A call on behalf of a member takes ADMIN, uses only what both may use with the lesser role, and is on record with both.',
  },
] as const satisfies readonly Requirement[];
