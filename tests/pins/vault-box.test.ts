import { expect, it } from 'vitest';
import { openBox } from '../../server/src/vault/sealed-box.ts';

/** Literals: a box sealed by an earlier release must open in this one. Add a box for a new version, never change one. */
const dataKey = {
  id: '01890a5d-ac96-774b-bcce-b302099a8057',
  key: Buffer.from('000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f', 'hex'),
};

it('opens a box of version pb1', () => {
  const slot = {
    kind: 'credential',
    workspaceId: '01890a5d-ac96-774b-bcce-b30209900001',
    record: '01890a5d-ac96-774b-bcce-b30209900002',
    field: 'token',
    generation: 1,
  } as const;
  const box =
    'pb1.01890a5d-ac96-774b-bcce-b302099a8057.LugVgsrK1W0MgzE3BZ7fYLnGnTW04L8pOzBaCrPfZe5DR6O2vBEVlf21pRJx9Ipx_0EvF4_KDU4zIeVa';
  expect(openBox(dataKey, slot, box).reveal()).toBe('the plugboard keeps its word ✓');
});
