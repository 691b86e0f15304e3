/** What one program may use. Sizes in bytes; they hold for each of its processes, the number of processes for all together. */
export interface Limits {
  /** Of memory that is written to: what is merely reserved does not count. */
  readonly memory: number;
  /** Threads count. */
  readonly processes: number;
  readonly openFiles: number;
  readonly fileSize: number;
  readonly cpuSeconds: number;
  /** Of its own /tmp, for all its files together. */
  readonly scratch: number;
}

const mebibyte = 1024 * 1024;
/** What a Node that does nothing takes up of it, though it has touched a twentieth. */
const idleNode = 640 * mebibyte;

/** The limits of a program that may have this much memory beyond an idle one. */
export function limitsFor(memoryMb: number): Limits {
  return {
    memory: idleNode + memoryMb * mebibyte,
    processes: 64,
    openFiles: 512,
    fileSize: 256 * mebibyte,
    cpuSeconds: 3600,
    scratch: 64 * mebibyte,
  };
}

/**
 * The command under its limits: `prlimit(1)` sets them and becomes the command. It is nicer than we are, and the first to go
 * when the machine runs out of memory.
 */
export function limited(command: readonly string[], limits: Limits): string[] {
  const { memory, processes, openFiles, fileSize, cpuSeconds } = limits;
  const first = ['choom', '-n', '500', '--', 'nice', '-n', '10'];
  const sizes = [`--data=${memory}`, `--fsize=${fileSize}`, '--core=0'];
  const counts = [`--nproc=${processes}`, `--nofile=${openFiles}`, `--cpu=${cpuSeconds}`];
  return [...first, 'prlimit', ...sizes, ...counts, '--', ...command];
}
