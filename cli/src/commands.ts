import { approvals } from './approvals/approvals.ts';
import { audit } from './audit.ts';
import { backup } from './backup.ts';
import type { Command } from './command.ts';
import { completion } from './completion/completion.ts';
import { connectConnector } from './connecting/connect-connector.ts';
import { connections } from './connections/connections.ts';
import { connectors } from './connectors/connectors.ts';
import { doctor } from './doctor.ts';
import { importFrom } from './import.ts';
import { keys } from './keys.ts';
import { mcp } from './mcp/mcp.ts';
import { calls } from './records/calls.ts';
import { events } from './records/events.ts';
import { restore } from './restore.ts';
import { serve } from './serve.ts';
import { login } from './session/login.ts';
import { logout } from './session/logout.ts';
import { profiles } from './session/profiles-command.ts';
import { status } from './session/status.ts';
import { call } from './tools/call.ts';
import { tools } from './tools/tools.ts';

/** The first words of the command line, in the order of the overview. Help, near misses and completion come from here. */
export const commands: ReadonlyMap<string, Command> = new Map<string, Command>([
  ['serve', serve],
  ['login', login],
  ['logout', logout],
  ['profiles', profiles],
  ['status', status],
  ['doctor', doctor],
  ['connectors', connectors],
  ['connect', connectConnector],
  ['connections', connections],
  ['tools', tools],
  ['call', call],
  ['approvals', approvals],
  ['mcp', mcp],
  ['keys', keys],
  ['events', events],
  ['calls', calls],
  ['audit', audit],
  ['backup', backup],
  ['restore', restore],
  ['import', importFrom],
  ['completion', completion(() => commands)],
]);
