import { toolNamed } from './tool-named.ts';

/** A tool that the caller could mean, at a connection they may use. */
export interface Candidate<Found> {
  readonly connectionId: string;
  readonly handle: string;
  readonly connectorId: string;
  /** `<handle>__<tool>` */
  readonly address: string;
  readonly tool: string;
  /** Whether its connection was begun and never connected. */
  readonly isPending: boolean;
  readonly isActive: boolean;
  /** Whether it waits for a person to look at what its server made of it. */
  readonly isHeld: boolean;
  readonly found: Found;
}

/** How a tool is named: by one name as MCP does, or by a connection (id, handle or connector id) and a tool. */
export type WantedTool =
  | { readonly name: string; readonly hint?: string | undefined }
  | { readonly connection: string; readonly tool: string; readonly hint?: string | undefined };

/** What counts beside the name. */
export interface Standing {
  /** The connections that are to be meant by a connector's name alone, the one that counts first coming first. */
  readonly defaults: readonly StandingDefault[];
  /** The handle in the name, where it is that of a connection the caller may not use: deleted, or somebody else's. */
  readonly foreignHandle: string | undefined;
}

export interface StandingDefault {
  readonly of: 'key' | 'user';
  readonly connectorId: string;
  readonly connectionId: string;
  /** Why it cannot be used; absent where it can. */
  readonly problem: 'deleted' | 'not_yours' | undefined;
}

/** The tools a connector would have, were it connected. */
export interface KnownTools {
  readonly connectorId: string;
  readonly tools: readonly string[];
}

/** Why a name means none of the choices by itself. */
export type Because =
  | { readonly kind: 'several' }
  /** The call names another connection than any that fits. */
  | { readonly kind: 'hint'; readonly hint: string }
  | { readonly kind: 'foreign_handle'; readonly handle: string }
  | {
      readonly kind: 'default';
      readonly of: StandingDefault['of'];
      readonly connectionId: string;
      readonly problem: 'deleted' | 'not_yours' | 'inactive' | 'no_such_tool';
    };

export type Resolution<Found> =
  | { readonly kind: 'found'; readonly found: Found }
  /** It is clear what is meant, and nobody may call it before a person has looked at it. */
  | { readonly kind: 'held'; readonly found: Found }
  | { readonly kind: 'ambiguous'; readonly choices: readonly Found[]; readonly because: Because }
  /** The catalog has a connector whose tool this would be, but the caller has no connection of it. */
  | { readonly kind: 'connect_first'; readonly connectorId: string }
  | { readonly kind: 'none' };

export interface Question<Found> {
  readonly wanted: WantedTool;
  readonly standing: Standing;
  readonly candidates: readonly Candidate<Found>[];
  readonly known: () => readonly KnownTools[];
}

/**
 * Which tool is meant, without guessing (RULINGS, Everywhere 15). An id or a handle means one connection. A connector's name
 * means, in this order: what the call says beside it, the key's default, the person's default, the only one that fits. A
 * default that cannot be used is a question back to the caller, never another account.
 */
export function resolveTool<Found>({ wanted, standing, candidates, known }: Question<Found>): Resolution<Found> {
  const { exact, byConnector } = fitting(wanted, candidates);
  if (exact)
    return agreed(wanted, exact) ? settled(exact) : ambiguous([exact], { kind: 'hint', hint: wanted.hint ?? '' });
  if (byConnector.length > 0) return choose(wanted, standing, byConnector);
  const name = 'name' in wanted ? wanted.name : undefined;
  const connector = known().find(({ connectorId, tools }) =>
    tools.some((tool) => name !== undefined && namesOf(connectorId, tool).includes(name)),
  );
  return connector ? { kind: 'connect_first', connectorId: connector.connectorId } : { kind: 'none' };
}

interface Fitting<Found> {
  readonly exact: Candidate<Found> | undefined;
  readonly byConnector: readonly Candidate<Found>[];
}

function fitting<Found>(wanted: WantedTool, candidates: readonly Candidate<Found>[]): Fitting<Found> {
  if ('name' in wanted) {
    const { name } = wanted;
    return {
      exact: candidates.find(({ address }) => address === name),
      byConnector: candidates.filter(({ connectorId, tool }) => namesOf(connectorId, tool).includes(name)),
    };
  }
  const meant = [...Map.groupBy(candidates, ({ connectionId }) => connectionId).values()].flatMap((own) => {
    const named = own.map((candidate) => ({ name: candidate.tool, candidate }));
    return toolNamed(named, own[0]?.connectorId ?? '', wanted.tool)?.candidate ?? [];
  });
  return {
    exact: meant.find((candidate) => isCalled(candidate, wanted.connection)),
    byConnector: meant.filter(({ connectorId }) => connectorId === wanted.connection),
  };
}

function namesOf(connectorId: string, tool: string): string[] {
  return [`${connectorId}__${tool}`, `${connectorId}_${tool}`, `${connectorId.replaceAll('-', '_')}_${tool}`];
}

function isCalled({ connectionId, handle }: Candidate<unknown>, named: string): boolean {
  return connectionId === named || handle === named;
}

function agreed({ hint }: WantedTool, candidate: Candidate<unknown>): boolean {
  return hint === undefined || isCalled(candidate, hint);
}

function settled<Found>({ isHeld, found }: Candidate<Found>): Resolution<Found> {
  return { kind: isHeld ? 'held' : 'found', found };
}

function ambiguous<Found>(choices: readonly Candidate<Found>[], because: Because): Resolution<Found> {
  return { kind: 'ambiguous', choices: choices.map(({ found }) => found), because };
}

/** Among tools of a connector's connections: what somebody said is meant, or the only one. */
function choose<Found>(
  { hint }: WantedTool,
  { defaults, foreignHandle }: Standing,
  all: readonly Candidate<Found>[],
): Resolution<Found> {
  const begun = all.filter(({ isPending }) => !isPending);
  const choices = begun.length > 0 ? begun : all;
  const [only, another] = choices;
  if (hint !== undefined) {
    const hinted = choices.find((candidate) => isCalled(candidate, hint));
    return hinted ? settled(hinted) : ambiguous(choices, { kind: 'hint', hint });
  }
  if (foreignHandle !== undefined) return ambiguous(choices, { kind: 'foreign_handle', handle: foreignHandle });
  const isOneConnector = choices.every(({ connectorId }) => connectorId === only?.connectorId);
  const standing = isOneConnector && defaults.find(({ connectorId }) => connectorId === only?.connectorId);
  if (standing) return byDefault(standing, choices);
  return only && another === undefined ? settled(only) : ambiguous(choices, { kind: 'several' });
}

function byDefault<Found>(
  { of, connectionId, problem }: StandingDefault,
  choices: readonly Candidate<Found>[],
): Resolution<Found> {
  const meant = choices.find((candidate) => candidate.connectionId === connectionId);
  if (meant?.isActive) return settled(meant);
  const why = problem ?? (meant ? 'inactive' : 'no_such_tool');
  return ambiguous(choices, { kind: 'default', of, connectionId, problem: why });
}
