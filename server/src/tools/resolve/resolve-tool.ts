/** A tool that the caller could mean. */
export interface Candidate<Found> {
  readonly connectionId: string;
  readonly connectorId: string;
  /** `<handle>__<tool>` */
  readonly address: string;
  readonly tool: string;
  readonly found: Found;
}

/** The tools a connector would have, were it connected. */
export interface KnownTools {
  readonly connectorId: string;
  readonly tools: readonly string[];
}

export type Resolution<Found> =
  | { readonly kind: 'found'; readonly found: Found }
  | { readonly kind: 'ambiguous'; readonly choices: readonly Found[] }
  /** The catalog has a connector whose tool this would be, but the caller has no connection of it. */
  | { readonly kind: 'connect_first'; readonly connectorId: string }
  | { readonly kind: 'none' };

/**
 * Which tool a name means, without guessing: an address means one; a connector's name with a tool (`github_get_issue`,
 * `github__get_issue`) means whichever connection has it, and several are a question back to the caller.
 */
export function resolveTool<Found>(
  name: string,
  candidates: readonly Candidate<Found>[],
  known: () => readonly KnownTools[],
): Resolution<Found> {
  const exact = candidates.find((candidate) => candidate.address === name);
  if (exact) return { kind: 'found', found: exact.found };
  const byConnector = candidates.filter((candidate) => namesOf(candidate.connectorId, candidate.tool).includes(name));
  const [first, second] = byConnector;
  if (first && !second) return { kind: 'found', found: first.found };
  if (first) return { kind: 'ambiguous', choices: byConnector.map((candidate) => candidate.found) };
  const connector = known().find(({ connectorId, tools }) =>
    tools.some((tool) => namesOf(connectorId, tool).includes(name)),
  );
  return connector ? { kind: 'connect_first', connectorId: connector.connectorId } : { kind: 'none' };
}

function namesOf(connectorId: string, tool: string): string[] {
  return [`${connectorId}__${tool}`, `${connectorId}_${tool}`, `${connectorId.replaceAll('-', '_')}_${tool}`];
}
