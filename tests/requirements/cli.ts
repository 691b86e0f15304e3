import type { Requirement } from './requirement.ts';

/** The command line, `plugboard`. */
export const cli = [
  {
    id: 'cli/login',
    source: 'PRODUCT 9',
    sentence: 'Signing in keeps a key only once the server has taken it, in a file that its owner alone can read.',
  },
  {
    id: 'cli/profiles',
    source: 'PRODUCT 9',
    sentence: 'There is a profile for each server, and the key of one never goes to another server.',
  },
  {
    id: 'cli/hidden',
    source: 'SECURITY S28',
    sentence: 'Secrets are typed without being shown, or piped in, and never are arguments.',
  },
  {
    id: 'cli/connect',
    source: 'PRODUCT 9',
    sentence: 'Something is connected from the terminal by the form of its connector, or by signing in to it.',
  },
  {
    id: 'cli/connections',
    source: 'PRODUCT 9',
    sentence: 'Connections are listed, shown, tested, reconnected and revoked by their handle.',
  },
  {
    id: 'cli/tools',
    source: 'PRODUCT 9',
    sentence: 'Tools are listed, found by words, and shown with their arguments.',
  },
  {
    id: 'cli/call',
    source: 'PRODUCT 9',
    sentence: 'A tool is called with arguments in the types of its schema, or with a JSON object from standard input.',
  },
  {
    id: 'cli/approvals',
    source: 'PRODUCT 9',
    sentence:
      'A call that a person decides waits, says where, and gives its result; a person decides from the terminal.',
  },
  {
    id: 'cli/mcp-config',
    source: 'PRODUCT 9',
    sentence:
      'An MCP client is given an agent key of its own, in its configuration file, of which everything else stays.',
  },
  {
    id: 'cli/records',
    source: 'PRODUCT 9',
    sentence: 'Changes and calls are shown as they happen and exported whole, a line each.',
  },
  {
    id: 'cli/connectors',
    source: 'PRODUCT 9',
    sentence: 'A new connector passes its check, and the check names file, line and key of what is wrong.',
  },
  {
    id: 'cli/json',
    source: 'PRODUCT 9',
    sentence: 'With --json every command writes one JSON document, or one a line where it goes on.',
  },
  {
    id: 'cli/exit-codes',
    source: 'PRODUCT 9',
    sentence: 'The exit code says what a command came to, by one table for all of them.',
  },
  {
    id: 'cli/help',
    source: 'PRODUCT 9',
    sentence: 'Every command explains itself, and shells complete commands and options from the same table.',
  },
  {
    id: 'cli/broken-off',
    source: 'PRODUCT 9',
    sentence: 'Breaking a command off ends it with 130, and leaves nothing half done.',
  },
  {
    id: 'cli/two-at-once',
    source: 'PRODUCT 9',
    sentence: 'The same command twice at once leaves whole files.',
  },
  {
    id: 'cli/pipes',
    source: 'PRODUCT 9',
    sentence:
      'A reader that goes away ends a command quietly; colours are on a terminal alone, and never with NO_COLOR.',
  },
] as const satisfies readonly Requirement[];
