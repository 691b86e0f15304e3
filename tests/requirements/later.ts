import type { Requirement } from './requirement.ts';

/** Documents that are built later; their rows grow when they are. */
export const later = [
  {
    id: '000/connect',
    source: '000',
    sentence: 'Named connections with general parameters are made under /v1/tools/connectors.',
    waits: 'contract 000',
  },
  {
    id: '002/agent-endpoints',
    source: '002',
    sentence: 'Agent back-ends are kept, tested and invoked under /api/projects.',
    waits: 'agents',
  },
] as const satisfies readonly Requirement[];
