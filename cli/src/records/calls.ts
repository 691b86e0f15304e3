import { exportLog } from '../audit.ts';
import { commandGroup } from '../command-group.ts';
import { exportHelp } from './export-help.ts';
import { tailCalls } from './tail-calls.ts';

/** `plugboard calls`: which tools were called. */
export const calls = commandGroup('calls', {
  summary: 'which tools are called, and what came of it',
  verbs: {
    tail: tailCalls,
    export: {
      summary: 'all calls as lines of JSON',
      help: exportHelp('calls'),
      run: (args, env) => exportLog(['calls', ...args], env),
    },
  },
});
