import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newId } from '../lib/ids.ts';
import { Secret } from '../lib/secret.ts';
import { boxKeyId, openBox, sealBox } from './sealed-box.ts';
import type { Slot } from './vault.ts';

const dataKey = { id: newId(), key: Buffer.alloc(32, 7) };
const slot: Slot = { kind: 'credential', workspaceId: newId(), record: newId(), field: 'token', generation: 3 };

describe('a sealed box', () => {
  it('opens to the text that was sealed, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        expect(openBox(dataKey, slot, sealBox(dataKey, slot, new Secret(text))).reveal()).toBe(text);
      }),
    );
  });

  it('opens in no slot but its own', () => {
    const anySlot = fc.record({
      kind: fc.constantFrom('credential', 'oauth_app', 'verifier'),
      workspaceId: fc.string(),
      record: fc.string(),
      field: fc.string(),
      generation: fc.nat(),
    });
    fc.assert(
      fc.property(anySlot, anySlot, (left, right) => {
        fc.pre(JSON.stringify(left) !== JSON.stringify(right));
        const box = sealBox(dataKey, left, new Secret('x'));
        expect(() => openBox(dataKey, right, box)).toThrow('does not open');
      }),
    );
  });

  it('is another one each time', () => {
    const boxes = Array.from({ length: 100 }, () => sealBox(dataKey, slot, new Secret('same')));
    expect(new Set(boxes).size).toBe(100);
  });

  it('names the key that opens it, and shows nothing of the text', () => {
    const box = sealBox(dataKey, slot, new Secret('ghp_clear_text'));
    expect(boxKeyId(slot, box)).toBe(dataKey.id);
    expect(box).not.toContain('ghp_clear_text');
    expect(box).not.toContain(Buffer.from('ghp_clear_text').toString('base64url').slice(0, -2));
  });

  it('says what does not open and nothing of its content', () => {
    const box = sealBox(dataKey, slot, new Secret('ghp_clear_text'));
    const message = `The sealed credential of ${slot.record} does not open: it was altered, moved or sealed with another key.`;
    expect(() => openBox(dataKey, { ...slot, field: 'other' }, box)).toThrow(message);
  });
});
