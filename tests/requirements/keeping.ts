import type { Requirement } from './requirement.ts';

/** What is promised of a database that is not well, and of what one replica does after another was told. */
export const keeping = [
  {
    id: 'unfit/nearly-full',
    source: 'RUNTIME R17',
    sentence: 'Where the disk is nearly full nothing is begun that writes; reads go on, and it recovers by itself.',
  },
  { id: 'unfit/full', source: 'RUNTIME R17', sentence: 'Where the disk is full writes fail closed and reads go on.' },
  {
    id: 'unfit/away',
    source: 'RUNTIME R17',
    sentence: 'Where the database is away everything fails closed, in words.',
  },
  { id: 'unfit/read-only', source: 'RUNTIME R17', sentence: 'Where the database takes no writes reads go on.' },
  {
    id: 'generations/key',
    source: 'RUNTIME R6',
    sentence: 'A revoked key holds on no replica for longer than a second.',
  },
  {
    id: 'generations/tool',
    source: 'RUNTIME R6',
    sentence: 'A disabled tool is called on no replica for longer than a second.',
  },
  {
    id: 'generations/connection',
    source: 'RUNTIME R6',
    sentence: 'A deleted connection is used on no replica for longer than a second.',
  },
  {
    id: 'generations/member',
    source: 'RUNTIME R6',
    sentence: 'A removed member is served on no replica for longer than a second.',
  },
  {
    id: 'generations/away',
    source: 'RUNTIME R6',
    sentence: 'Where the database is away nothing that was cached is used for longer than a second.',
  },
  {
    id: 'erasure/forgotten',
    source: 'RUNTIME R11',
    sentence: 'Somebody who is erased is named nowhere any more; one pseudonym takes their place in every record.',
  },
  {
    id: 'erasure/verifies',
    source: 'RUNTIME R11, SECURITY S23',
    sentence: 'The records still verify after an erasure.',
  },
  {
    id: 'erasure/first-removed',
    source: 'RUNTIME R11',
    sentence: 'Only somebody who was removed and has no connection left is erased, by a person.',
  },
  {
    id: 'erasure/other-workspaces',
    source: 'RUNTIME R11',
    sentence: 'An account that another workspace needs is kept.',
  },
  {
    id: 'migrations/earlier',
    source: 'RUNTIME R15',
    sentence: 'A database of every release is migrated and used by this one, on either engine.',
  },
] as const satisfies readonly Requirement[];
