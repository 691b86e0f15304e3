import type { Requirement } from './requirement.ts';

/** What is promised about the records of an installation. */
export const audit = [
  {
    id: 'audit/sealed',
    source: 'SECURITY S23, RUNTIME R12',
    sentence: 'Changes and calls are sealed into a keyed chain of their workspace by a background job.',
  },
  {
    id: 'audit/verify',
    source: 'SECURITY S23',
    sentence: 'Verifying names every record that was altered, deleted, inserted or moved since it was sealed.',
  },
  {
    id: 'audit/verify-events',
    source: 'SECURITY S23',
    sentence: 'Whoever waits for a verdict can see how far it is.',
  },
  {
    id: 'audit/late-commit',
    source: 'RUNTIME R6, R12',
    sentence: 'A record that was committed late is sealed like every other.',
  },
  {
    id: 'audit/one-sealer',
    source: 'RUNTIME R12',
    sentence: 'Replicas that seal at the same time make one chain.',
  },
  {
    id: 'audit/retention',
    source: 'RUNTIME R11',
    sentence: 'Calls that retention has deleted leave a chain that verifies.',
  },
  {
    id: 'audit/export',
    source: 'PRODUCT, What nobody else has 14',
    sentence:
      'Both logs are exported as lines of JSON, whole or a stretch of time, each record with its place in the chain.',
  },
  {
    id: 'audit/gap',
    source: 'SECURITY S23',
    sentence: 'A process that ended uncleanly leaves an audit.gap event, a clean end leaves none.',
  },
  {
    id: 'audit/killed',
    source: 'RUNTIME R12',
    sentence: 'A process that is killed while it seals leaves a chain that verifies and is gone on with.',
  },
] as const satisfies readonly Requirement[];
