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
  {
    id: '003/connector-objects',
    source: '003',
    sentence: 'Connections are listed as objects with health and tools under /v1/connectors.',
    waits: 'contract 003',
  },
] as const satisfies readonly Requirement[];
