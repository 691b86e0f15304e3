import type { Requirement } from './requirement.ts';

/** What calls may not do to each other, to their providers, and providers to us. */
export const limits = [
  {
    id: 'limits/in-flight',
    source: 'R13',
    sentence:
      'A workspace has at most 512 calls under way, an origin 512, and one workspace 256 of those at one origin.',
  },
  {
    id: 'limits/in-flight-connector',
    source: 'R13',
    sentence: 'A connector can say how many calls of one connection may be under way at once.',
  },
  {
    id: 'limits/fair-queue',
    source: 'R13',
    sentence: 'Calls over a limit wait: workspaces are served in turn, and within one in the order they came.',
  },
  {
    id: 'limits/no-tenant-starves',
    source: 'Reasons 11',
    sentence: 'Whatever one workspace floods, the calls of another go on, at the same origin and elsewhere.',
  },
  {
    id: 'limits/deadline',
    source: 'R13',
    sentence: 'A call waits for its turn at most 30 seconds, or as long as the client says.',
  },
  {
    id: 'limits/ours',
    source: 'Everywhere 15',
    sentence:
      'A call that found no turn is rejected for rate_limit with retry_after, says that the limit is ours, and was not begun.',
  },
  {
    id: 'limits/metrics',
    source: 'R13',
    sentence: 'Calls under way and waiting, open breakers and paused connections are metrics.',
  },
  {
    id: 'limits/retry-after',
    source: 'Reasons 11',
    sentence:
      'After a provider said when to come back, in seconds or as a date, the connection is left alone until then: a call is rejected for rate_limit with the time that is left.',
  },
  {
    id: 'limits/spent',
    source: 'Reasons 11',
    sentence: 'After an answer that says that nothing is left of a limit, nothing is sent until it starts anew.',
  },
  {
    id: 'limits/short-pause',
    source: 'Reasons 11',
    sentence: 'A call waits for a pause of at most five seconds; a read that met such a limit is sent once more.',
  },
  {
    id: 'limits/part',
    source: 'Reasons 11',
    sentence: 'A limit of a part of an API holds the tool back that met it, not the others.',
  },
  {
    id: 'limits/shared',
    source: 'Reasons 11',
    sentence: 'Replicas share what they learned of a provider’s limit within a second, also across a restart.',
  },
  {
    id: 'limits/reconfigured',
    source: 'Reasons 11',
    sentence: 'A connection with new credentials starts without the pause of the old ones.',
  },
  {
    id: 'limits/every-transport',
    source: 'R13',
    sentence: 'Limits hold for HTTP, MCP servers and agents alike, whichever way they are called.',
  },
  {
    id: 'limits/breaker',
    source: 'R13',
    sentence:
      'An origin that fails five times in a row is not called for a while: calls are unavailable at once and say when it is tried again.',
  },
  {
    id: 'limits/breaker-trial',
    source: 'R13',
    sentence: 'After that one call tries it: its success lets all through, its failure doubles the time.',
  },
  {
    id: 'limits/breaker-whose',
    source: 'R13',
    sentence:
      'Bad credentials, refusals and rate limits never open a breaker, and what calls of one workspace bring about opens it for that workspace alone.',
  },
  {
    id: 'limits/drain',
    source: 'R14',
    sentence: 'When the time to finish is over, an approved call is aborted too, and its outcome is unknown for good.',
  },
  {
    id: 'limits/drain-waits',
    source: 'R14',
    sentence: 'A process that ends lets an approved call finish, whether or not who approved it is still there.',
  },
  {
    id: 'limits/lookups',
    source: 'S24',
    sentence: 'One workspace has at most 32 questions to name servers open, and others ask beside it.',
  },
  {
    id: 'faults/away',
    source: 'R14',
    sentence:
      'A provider that is down, silent, slow or broken ends in an outcome in time, and holds no socket afterwards.',
  },
  {
    id: 'faults/huge',
    source: 'R4',
    sentence: 'However much a provider sends, we read no more than we take, and grow no larger.',
  },
  {
    id: 'faults/write',
    source: 'R2',
    sentence: 'A write that may have arrived is outcome_unknown whatever the provider does, and is sent once.',
  },
  {
    id: 'faults/stale-socket',
    source: 'R2',
    sentence: 'A connection that died while it was kept is no failure of a read, which is sent again; a write is not.',
  },
  {
    id: 'faults/redirects',
    source: 'Rulings 001.6',
    sentence:
      'Redirects of reads are followed five times at most, without credentials to another origin, never to private addresses; those of writes never.',
  },
] as const satisfies readonly Requirement[];
