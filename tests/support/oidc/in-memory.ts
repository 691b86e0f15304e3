import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider';

/** What an authorization server of a test remembers, for itself alone and for as long as it runs; expiry is in the payloads. */
export function inMemory(): AdapterFactory {
  const rows = new Map<string, AdapterPayload>();
  return (model) => adapterOf(model, rows);
}

function adapterOf(model: string, rows: Map<string, AdapterPayload>): Adapter {
  const keyOf = (id: string): string => `${model}:${id}`;
  const firstWith = (name: 'uid' | 'userCode', value: string) =>
    [...rows].find(([key, payload]) => key.startsWith(`${model}:`) && payload[name] === value)?.[1];
  return {
    upsert: async (id, payload) => void rows.set(keyOf(id), payload),
    find: async (id) => rows.get(keyOf(id)),
    findByUid: async (uid) => firstWith('uid', uid),
    findByUserCode: async (userCode) => firstWith('userCode', userCode),
    consume: async (id) => {
      const payload = rows.get(keyOf(id));
      if (payload) payload.consumed = Math.floor(Date.now() / 1000);
    },
    destroy: async (id) => void rows.delete(keyOf(id)),
    revokeByGrantId: async (grantId) => {
      for (const [key, payload] of rows) if (payload.grantId === grantId) rows.delete(key);
    },
  };
}
