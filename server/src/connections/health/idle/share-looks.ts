/** Somebody's connection that is due to be looked at. */
export interface DueLook {
  readonly workspaceId: string;
  /** Where its provider is; `undefined` where nobody would be asked. */
  readonly origin: string | undefined;
}

/** How many looks there are in one round: in all, for one workspace, and at one provider. */
export interface LookBudget {
  readonly inAll: number;
  readonly perWorkspace: number;
  readonly perOrigin: number;
}

/** Who is looked at in this round, in the order they are due, and who waits for one of the next. */
export function shareLooks<Look extends DueLook>(
  due: readonly Look[],
  budget: LookBudget,
): { readonly now: readonly Look[]; readonly later: readonly Look[] } {
  const workspaces = new Map<string, number>();
  const origins = new Map<string, number>();
  const now: Look[] = [];
  const later: Look[] = [];
  for (const look of due) {
    const { workspaceId, origin = '' } = look;
    const mine = workspaces.get(workspaceId) ?? 0;
    const there = origins.get(origin) ?? 0;
    const fits = now.length < budget.inAll && mine < budget.perWorkspace && there < budget.perOrigin;
    (fits ? now : later).push(look);
    if (!fits) continue;
    workspaces.set(workspaceId, mine + 1);
    origins.set(origin, there + 1);
  }
  return { now, later };
}
