import { type Caller, scopes } from '../../server/src/access/caller.ts';

/** A signed-in member of workspace `w`, with every scope; changed as asked. */
export function newCaller(changes: Partial<Caller> = {}): Caller {
  return {
    via: 'session',
    principal: 'session:1',
    userId: 'ann',
    workspaceId: 'w',
    role: 'MEMBER',
    scopes: new Set(scopes),
    crews: new Set(),
    operator: false,
    key: undefined,
    ...changes,
  };
}

/** A caller with an API key `key:<id>`, whose lineage is what is given and the key itself. */
export function newKeyCaller(
  id: string,
  key: Partial<NonNullable<Caller['key']>> = {},
  changes: Partial<Caller> = {},
): Caller {
  const lineage = [...(key.lineage ?? []), `key:${id}`];
  return newCaller({
    via: 'key',
    principal: `key:${id}`,
    key: { kind: 'person', first: false, ...key, id, lineage },
    ...changes,
  });
}
