import { expect, it } from 'vitest';
import { newId } from '../../server/src/lib/ids.ts';
import { Secret } from '../../server/src/lib/secret.ts';
import { openBox, sealBox } from '../../server/src/vault/sealed-box.ts';
import type { Slot } from '../../server/src/vault/vault.ts';

const dataKey = { id: newId(), key: Buffer.alloc(32, 1) };
const home: Slot = { kind: 'credential', workspaceId: newId(), record: newId(), field: 'token', generation: 1 };
const box = sealBox(dataKey, home, new Secret('tok_live'));

const elsewhere: Readonly<Record<string, Slot>> = {
  workspace: { ...home, workspaceId: newId() },
  record: { ...home, record: newId() },
  field: { ...home, field: 'base_url' },
  kind: { ...home, kind: 'endpoint_header' },
  generation: { ...home, generation: 2 },
  'field and record shifted by a character': { ...home, record: `${home.record}t`, field: 'oken' },
};

it.each(Object.entries(elsewhere))('S14: a box moved to another %s does not open', (_, slot) => {
  expect(() => openBox(dataKey, slot, box)).toThrow('does not open');
});

it('S14: a box renamed to another key id does not open, even where the key is the same', () => {
  const other = { id: newId(), key: dataKey.key };
  expect(() => openBox(other, home, box)).toThrow('does not open');
  expect(() => openBox(other, home, box.replace(dataKey.id, other.id))).toThrow('does not open');
});

it('S14: a box does not open with another key of the same id', () => {
  expect(() => openBox({ id: dataKey.id, key: Buffer.alloc(32, 2) }, home, box)).toThrow('does not open');
});
