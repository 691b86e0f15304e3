import { readFileSync } from 'node:fs';

/** Length of a clock tick in `/proc/<pid>/stat`, in milliseconds: USER_HZ is 100 wherever Node runs on Linux (proc(5)). */
const tickMs = 10;

/** User and system time of a process and its threads so far, in milliseconds; `undefined` where there is no `/proc`. */
export function cpuMs(pid: number): number | undefined {
  const stat = readProc(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // The name, in parentheses, may hold spaces: fields are counted from behind it, utime and stime being 14 and 15.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * tickMs;
}

/** Resident memory of a process in megabytes (10⁶ bytes); `undefined` where there is no `/proc`. */
export function residentMb(pid: number): number | undefined {
  const [, kib] = /^VmRSS:\s+(\d+) kB/m.exec(readProc(`/proc/${pid}/status`) ?? '') ?? [];
  return kib === undefined ? undefined : (Number(kib) * 1024) / 1e6;
}

function readProc(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
