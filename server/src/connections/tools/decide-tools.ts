/** A tool that a server lists now. */
export interface ListedNow {
  readonly name: string;
  readonly digest: string;
  readonly effect: 'read' | 'write';
  readonly isFlagged: boolean;
}

/** What is known of a name from before. */
export interface KnownName {
  /** Digest of what the server said last; absent where it listed no such tool. */
  readonly seen: string | undefined;
  /** Digest of what was accepted, once. */
  readonly accepted: string | undefined;
}

/** What happens to tools that a server adds after it was first asked. */
export const newToolPolicies = ['offer', 'hold'] as const;
export type NewToolPolicy = (typeof newToolPolicies)[number];

export interface Knowledge {
  readonly names: ReadonlyMap<string, KnownName>;
  /** Whether this server is asked for the first time. */
  readonly isFirst: boolean;
  readonly newTools: NewToolPolicy;
}

export type HeldWhy = 'changed' | 'new' | 'flagged';

/** What to do about a list of tools; the names of each kind, in the order of the list. */
export interface ToolDecisions {
  /** Offered from now on as they are. */
  readonly accept: readonly string[];
  /** Of those, writes that came later and that nobody has looked at: they ask a person every time. */
  readonly ask: readonly string[];
  /** Held since this list. */
  readonly hold: readonly { readonly name: string; readonly why: HeldWhy }[];
  /** What the server says of them is not what it said before. */
  readonly changed: readonly string[];
  /** No longer listed. */
  readonly gone: readonly string[];
}

/** So many names are remembered of one server; a name beyond is held until a person takes it in. */
export const mostNames = 10_000;

/**
 * What a list of tools means (S13). What was accepted counts as long as it comes back as it was; anything else about it holds
 * the tool until a person has looked. A name seen for the first time is accepted with the first list, later by the
 * connection's policy; one that hides something from people never by itself, and one that was held never either.
 */
export function decideTools(listed: readonly ListedNow[], knowledge: Knowledge): ToolDecisions {
  const { names, isFirst } = knowledge;
  const now = new Set(listed.map(({ name }) => name));
  let room = mostNames - [...names.values()].filter(({ accepted }) => accepted !== undefined).length;
  const judged = listed.map((tool) => {
    const why = whyHeld(tool, knowledge, room);
    const isNew = names.get(tool.name)?.accepted === undefined;
    if (isNew && why === undefined) room -= 1;
    return { tool, why, isNew, isChanged: names.get(tool.name)?.seen !== tool.digest };
  });
  const accepted = judged.flatMap(({ tool, why, isNew }) => (why === undefined && isNew ? [tool] : []));
  return {
    accept: accepted.map(({ name }) => name),
    ask: isFirst ? [] : accepted.filter(({ effect }) => effect === 'write').map(({ name }) => name),
    hold: judged.flatMap(({ tool, why, isChanged }) =>
      why !== undefined && isChanged ? [{ name: tool.name, why }] : [],
    ),
    changed: judged.flatMap(({ tool, isChanged }) => (isChanged ? [tool.name] : [])),
    gone: [...names].flatMap(([name, { seen }]) => (seen !== undefined && !now.has(name) ? [name] : [])),
  };
}

function whyHeld(tool: ListedNow, { names, isFirst, newTools }: Knowledge, room: number): HeldWhy | undefined {
  const known = names.get(tool.name);
  if (known?.accepted !== undefined) return known.accepted === tool.digest ? undefined : 'changed';
  if (tool.isFlagged) return 'flagged';
  if (known?.seen !== undefined) return 'new';
  return isFirst || (newTools === 'offer' && room > 0) ? undefined : 'new';
}
