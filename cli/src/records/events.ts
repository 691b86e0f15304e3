import { exportLog } from '../audit.ts';
import { commandGroup } from '../command-group.ts';
import { exportHelp } from './export-help.ts';
import { tailEvents } from './tail-events.ts';

/** `plugboard events`: what was changed in the workspace. */
export const events = commandGroup('events', {
  summary: 'what is changed in the workspace, and by whom',
  verbs: {
    tail: tailEvents,
    export: {
      summary: 'all changes as lines of JSON',
      help: exportHelp('events'),
      run: (args, env) => exportLog(['events', ...args], env),
    },
  },
});
