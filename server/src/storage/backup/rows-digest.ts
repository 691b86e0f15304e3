import { hash } from 'node:crypto';

/** A digest of rows in whatever order: two engines sort text differently. */
export interface RowsDigest {
  add(line: string): void;
  readonly rows: number;
  /** The sum of the SHA-256 of every line, modulo 2^256, in hex. */
  sum(): string;
}

const modulus = 1n << 256n;

export function createRowsDigest(): RowsDigest {
  let rows = 0;
  let total = 0n;
  return {
    add(line) {
      rows += 1;
      total = (total + BigInt(`0x${hash('sha256', line)}`)) % modulus;
    },
    get rows() {
      return rows;
    },
    sum: () => total.toString(16).padStart(64, '0'),
  };
}
