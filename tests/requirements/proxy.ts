import type { Requirement } from './requirement.ts';

/** The raw proxy: `ANY /api/v1/connections/:id/proxy/*`. */
export const proxyRequirements = [
  {
    id: 'proxy/own-hosts',
    source: 'Everywhere 3',
    sentence: 'A raw request goes to the origin and below the path of the connector’s base address, and nowhere else.',
  },
  { id: 'proxy/reads-run', source: 'Everywhere 14', sentence: 'GET, HEAD and OPTIONS are reads and run.' },
  {
    id: 'proxy/writes-ask',
    source: 'Everywhere 14',
    sentence: 'Every other method is a write and asks, with its whole body, which is sent as it was approved.',
  },
  {
    id: 'proxy/waits',
    source: 'Everywhere 15',
    sentence:
      'A raw request that asks waits for its decision and answers what the provider answers; with Prefer: respond-async it is a 202 at once.',
  },
  {
    id: 'proxy/as-answered',
    source: 'S12',
    sentence: 'The provider’s status, headers and body are handed on, but for cookies, hop-by-hop headers and secrets.',
  },
  {
    id: 'proxy/streams',
    source: 'Everywhere 3',
    sentence: 'Bodies go through while they arrive, both ways, and are cut with an error at 100 MiB.',
  },
  {
    id: 'proxy/cancelled',
    source: 'R14',
    sentence: 'Where the caller leaves, the request to the provider is cancelled.',
  },
  { id: 'proxy/on-record', source: 'R11', sentence: 'A raw request is in the log of calls, like any other call.' },
] as const satisfies readonly Requirement[];
