import { describe, expect, it } from 'vitest';
import { newId, randomToken } from '../../lib/ids.ts';
import { subKey } from '../../vault/sub-keys.ts';
import { openState, sealState } from './sealed-state.ts';

const vault = { derive: (label: string) => subKey(Buffer.alloc(32, 5), label) };
const other = { derive: (label: string) => subKey(Buffer.alloc(32, 6), label) };
const state = { workspaceId: newId(), handshakeId: newId(), nonce: randomToken(16) };

describe('a state', () => {
  it('opens to what was sealed, is another text each time, and is short enough for any provider', () => {
    const sealed = sealState(vault, state);
    expect(openState(vault, sealed)).toEqual(state);
    expect(sealState(vault, state)).not.toBe(sealed);
    expect(sealed.length).toBeLessThan(128);
  });

  it('shows nothing of what it says', () => {
    const sealed = Buffer.from(sealState(vault, state), 'base64url').toString('hex');
    expect(sealed).not.toContain(state.handshakeId.replaceAll('-', ''));
  });

  it('of another installation does not open', () => {
    expect(openState(vault, sealState(other, state))).toBeUndefined();
  });

  it.each([
    ['nothing', () => ''],
    ['another text', () => 'Zm9yZ2Vk'],
    ['a changed one', (sealed: string) => `${sealed.slice(0, 40)}${sealed[40] === 'A' ? 'B' : 'A'}${sealed.slice(41)}`],
    ['a cut one', (sealed: string) => sealed.slice(0, -4)],
    ['a longer one', (sealed: string) => `${sealed}AAAA`],
    ['one with padding', (sealed: string) => `${sealed}=`],
    ['one in the other alphabet', (sealed: string) => `${sealed.replaceAll('-', '+').replaceAll('_', '/')}+`],
    ['one with a line break', (sealed: string) => `${sealed}\n`],
    ['a very long one', () => 'A'.repeat(100_000)],
  ])('is not %s', (_what, change) => {
    expect(openState(vault, change(sealState(vault, state)))).toBeUndefined();
  });
});
