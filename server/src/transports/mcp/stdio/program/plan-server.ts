import type { LocalServer } from '../../../../catalog/templates/render-program.ts';
import type { HiddenPath, Plan } from '../isolation/confine.ts';
import { findFolder } from './find-folder.ts';
import { findProgram } from './find-program.ts';
import type { Isolation } from '../isolation/isolation.ts';
import { type Limits, limitsFor } from '../isolation/limits.ts';
import { LocalServerFailure } from '../local-server-failure.ts';

/** What of this machine programs are made from. */
export interface Machine {
  readonly isolation: Isolation;
  /** The operator's folder of packages. */
  readonly packages: string | undefined;
  readonly filesDir: string | undefined;
  readonly hidden: readonly HiddenPath[];
  readonly memoryMb: number;
}

/** Finds what a program needs on this machine. Rejects with LocalServerFailure, in words for the operator, where it is not there. */
export async function planServer(server: LocalServer, machine: Machine): Promise<Plan> {
  const program = await findProgram(server.command, machine.packages);
  if (!program.ok) throw new LocalServerFailure(program.message);
  const folder = server.folder && (await findFolder(server.folder.name, machine));
  if (folder?.ok === false) throw new LocalServerFailure(folder.message);
  return {
    command: [...program.command, ...server.args],
    reads: [...program.reads, ...server.reads],
    folder: server.folder && folder ? { path: folder.path, access: server.folder.access } : undefined,
    network: server.network,
    hidden: machine.hidden,
    limits: limitsOf(machine),
  };
}

/** Where a user's processes are counted together, the limit is for those of all programs. */
function limitsOf({ isolation, memoryMb }: Machine): Limits {
  const limits = limitsFor(memoryMb);
  const isShared = isolation.kind === 'none' || (isolation.kind === 'users' && isolation.users.length === 1);
  return isShared ? { ...limits, processes: 64 * limits.processes } : limits;
}
