import type { Requirement } from './requirement.ts';

/** What holds between workspaces, and between the end users of an app, whatever is done in whatever order. */
export const isolation = [
  {
    id: 'isolation/example',
    source: 'PRODUCT 2',
    sentence:
      'An app of two users, over plain REST, connects, calls, asks and hears for each of them, and never shows one what is the other’s.',
  },
] as const satisfies readonly Requirement[];
