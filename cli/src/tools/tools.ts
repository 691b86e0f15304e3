import { commandGroup } from '../command-group.ts';
import { listTools } from './list-tools.ts';
import { searchTools } from './search-tools.ts';
import { showTool } from './show-tool.ts';

/** `plugboard tools`: what can be called. */
export const tools = commandGroup('tools', {
  summary: 'what can be called: list, search, show',
  verbs: { list: listTools, search: searchTools, show: showTool },
});
