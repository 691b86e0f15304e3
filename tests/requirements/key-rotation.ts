import type { Requirement } from './requirement.ts';

/** What is promised about rotating the keys that secrets are sealed with. */
export const keyRotation = [
  {
    id: 'keys/rotated',
    source: 'SECURITY S14, S22',
    sentence: 'Rotating the keys seals every secret anew, and nothing opens with the keys from before.',
  },
  {
    id: 'keys/meanwhile',
    source: 'SECURITY S14',
    sentence: 'Everything goes on while the keys are rotated: calls, changes, and the renewal of tokens.',
  },
  {
    id: 'keys/killed',
    source: 'SECURITY S14',
    sentence: 'A rotation whose process is killed goes on by itself, and loses no secret.',
  },
  {
    id: 'keys/replicas',
    source: 'SECURITY S14, RUNTIME R6',
    sentence:
      'With several processes nothing is unreadable to one of them at any time, and one without the key is told of first.',
  },
  {
    id: 'keys/file',
    source: 'SECURITY S15',
    sentence: 'Where the master key lies beside the data, rotating makes a new one and puts the older one aside.',
  },
  {
    id: 'keys/backup',
    source: 'SECURITY S14, S15',
    sentence: 'A backup that is made in the middle of a rotation is restored, and the rotation goes on there.',
  },
  {
    id: 'keys/command',
    source: 'SECURITY S22',
    sentence: 'The operator rotates the keys with a command, which says how far it is and what to do next.',
  },
] as const satisfies readonly Requirement[];
