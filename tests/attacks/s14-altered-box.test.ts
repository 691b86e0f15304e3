import { expect, it } from 'vitest';
import { newId } from '../../server/src/lib/ids.ts';
import { Secret } from '../../server/src/lib/secret.ts';
import { openBox, sealBox } from '../../server/src/vault/sealed-box.ts';
import { type Slot, VaultError } from '../../server/src/vault/vault.ts';

const dataKey = { id: newId(), key: Buffer.alloc(32, 1) };
const slot: Slot = { kind: 'credential', workspaceId: newId(), record: newId(), field: 'token', generation: 1 };
const box = sealBox(dataKey, slot, new Secret('tok'));
const start = `pb1.${dataKey.id}.`;
const sealed = Buffer.from(box.slice(start.length), 'base64url');

it('S14: a box with any one bit flipped does not open', () => {
  for (let bit = 0; bit < sealed.length * 8; bit += 1) {
    const altered = Buffer.from(sealed);
    altered.writeUInt8(altered.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    expect(() => openBox(dataKey, slot, start + altered.toString('base64url'))).toThrow(VaultError);
  }
});

it('S14: a box cut short anywhere does not open', () => {
  for (let length = 0; length < box.length; length += 1) {
    expect(() => openBox(dataKey, slot, box.slice(0, length))).toThrow(VaultError);
  }
});

it.each([
  ['an unknown version', box.replace('pb1', 'pb2')],
  ['no version', box.slice(4)],
  ['something after it', `${box}.x`],
  ['a line end', `${box}\n`],
  ['padding', `${box}=`],
  ['the other base64 alphabet', `${start}${'+/'.repeat(30)}`],
  ['another spelling of the last bits', respell(box)],
  ['clear text', 'tok'],
  ['nothing', ''],
])('S14: a box with %s does not open', (_, text) => {
  expect(() => openBox(dataKey, slot, text)).toThrow(VaultError);
});

/** 31 bytes leave two spare bits in the last character: set one. */
function respell(text: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const respelt = text.slice(0, -1) + alphabet.charAt(alphabet.indexOf(text.slice(-1)) + 1);
  expect(Buffer.from(respelt.slice(start.length), 'base64url')).toEqual(sealed);
  return respelt;
}
