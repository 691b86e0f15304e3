import type { Requirement } from './requirement.ts';

/** What is promised about saving and restoring an installation. */
export const backup = [
  {
    id: 'backup/online',
    source: 'SECURITY S15, S22',
    sentence: 'A backup is made while the server works and is of one moment.',
  },
  { id: 'backup/restored', source: 'SECURITY S15', sentence: 'What a backup restores works on: records, connections.' },
  {
    id: 'backup/other-engine',
    source: 'SECURITY S15',
    sentence: 'A backup of one engine is restored into the other.',
  },
  {
    id: 'backup/compared',
    source: 'SECURITY S15',
    sentence: 'Every row that is restored is compared with what was saved.',
  },
] as const satisfies readonly Requirement[];
