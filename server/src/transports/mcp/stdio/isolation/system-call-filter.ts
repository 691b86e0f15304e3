/** The audit architecture (linux/audit.h) and the numbers of the system calls that are refused there. */
interface Architecture {
  readonly audit: number;
  readonly refused: readonly number[];
}

/** Since Linux 5.1 new calls have one number everywhere: io_uring, the calls to mount with, mount_setattr. */
const everywhere = [425, 426, 427, 428, 429, 430, 431, 432, 433, 442];

/**
 * What no MCP server needs and much harm was done with: looking into other processes, keys, BPF, performance counters, page
 * faults in user space, mounts, namespaces, modules, kexec, swap, accounting, the kernel's log.
 */
const architectures: Readonly<Partial<Record<NodeJS.Architecture, Architecture>>> = {
  x64: {
    audit: 0xc000003e,
    refused: [
      101, 103, 155, 163, 165, 166, 167, 168, 175, 176, 246, 248, 249, 250, 272, 298, 303, 304, 308, 310, 311, 312, 313,
      320, 321, 323,
    ],
  },
  arm64: {
    audit: 0xc00000b7,
    refused: [
      39, 40, 41, 89, 97, 104, 105, 106, 116, 117, 217, 218, 219, 224, 225, 241, 264, 265, 268, 270, 271, 272, 273, 280,
      282, 294,
    ],
  },
};

const load = 0x20;
const jumpIfEqual = 0x15;
const jumpIfAtLeast = 0x35;
const answer = 0x06;
const allow = 0x7fff0000;
const notPermitted = 0x00050001;
const endProcess = 0x80000000;
/** Numbers from here on are those of x32, which would go around the list. */
const x32 = 0x40000000;

/**
 * A seccomp filter for this processor, as bwrap(1) takes it: BPF instructions (linux/filter.h). `undefined` for processors that
 * it is not written for.
 */
export function systemCallFilter(architecture = process.arch): Buffer | undefined {
  const known = architectures[architecture];
  if (known === undefined) return undefined;
  const refused = [...known.refused, ...everywhere];
  // Of struct seccomp_data, the number is at 0 and the architecture at 4. Each jump leads past the rest, to the last one.
  return Buffer.concat([
    instruction(load, 4),
    instruction(jumpIfEqual, known.audit, 1),
    instruction(answer, endProcess),
    instruction(load, 0),
    instruction(jumpIfAtLeast, x32, refused.length + 1),
    ...refused.map((number, index) => instruction(jumpIfEqual, number, refused.length - index)),
    instruction(answer, allow),
    instruction(answer, notPermitted),
  ]);
}

/** `struct sock_filter`; where the condition holds `skip` instructions are passed over. */
function instruction(code: number, value: number, skip = 0): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt16LE(code, 0);
  bytes.writeUInt8(skip, 2);
  bytes.writeUInt32LE(value, 4);
  return bytes;
}
