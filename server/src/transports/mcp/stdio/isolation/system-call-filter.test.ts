import { describe, expect, it } from 'vitest';
import { systemCallFilter } from './system-call-filter.ts';

const audit = { x64: 0xc000003e, arm64: 0xc00000b7 };

/** Runs the filter as the kernel does (linux/filter.h), and answers what it returns. */
function judge(filter: Buffer, call: { readonly number: number; readonly arch: number }): number {
  let value = 0;
  for (let at = 0; at < filter.length; at += 8) {
    const [code, skip, operand] = [filter.readUInt16LE(at), filter.readUInt8(at + 2), filter.readUInt32LE(at + 4)];
    if (code === 0x20) value = operand === 0 ? call.number : call.arch;
    else if (code === 0x06) return operand;
    else if (code === 0x15 ? value === operand : value >= operand) at += 8 * skip;
  }
  throw new Error('The filter has no end.');
}

/** ptrace, unshare, mount and bpf. */
const numbers = { x64: [101, 272, 165, 321], arm64: [117, 97, 40, 280] } as const;

describe.each(['x64', 'arm64'] as const)('S4: the filter of system calls on %s', (architecture) => {
  const filter = systemCallFilter(architecture) ?? Buffer.alloc(0);
  const answer = (number: number, arch: number = audit[architecture]) => judge(filter, { number, arch }).toString(16);

  it('refuses what it lists, the first and the last of it too', () => {
    for (const number of [...numbers[architecture], 425, 442]) expect(answer(number)).toBe('50001');
  });

  it('lets everything else through', () => {
    for (const number of [0, 1, 2, 63, 64, 200, 435, 443]) expect(answer(number)).toBe('7fff0000');
  });

  it('ends a program that calls by the numbers of another processor, and refuses those of x32', () => {
    expect(answer(1, 0x40000003)).toBe('80000000');
    expect(answer(0x40000000 + 1)).toBe('50001');
  });
});

it('is left out on processors that it is not written for', () => {
  expect(systemCallFilter('riscv64')).toBeUndefined();
});
