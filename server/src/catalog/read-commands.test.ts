import { expect, it } from 'vitest';
import { readCommands } from './read-commands.ts';

const problemsOf = (list: unknown) => readCommands(typeof list === 'string' ? list : JSON.stringify(list)).problems;
const entry = (more: object) => [{ name: 'x', command: '/usr/bin/x', ...more }];

it('reads a line for each program, and passes over comments', () => {
  const { commands, problems } = readCommands(`
    # two of ours
    files = npm:@modelcontextprotocol/server-filesystem@2026.8.31   /srv/files
    clock=/usr/local/bin/clock --zone=\${UTC} $(id)
  `);
  expect(problems).toEqual([]);
  expect([...commands.keys()]).toEqual(['files', 'clock']);
  expect(commands.get('clock')).toMatchObject({
    id: 'mcp',
    name: 'clock',
    auth_mode: 'none',
    mcp: { transport: 'stdio', command: '/usr/local/bin/clock', args: ['--zone=$${UTC}', '$(id)'], network: 'none' },
  });
});

it('reads a JSON array with the keys of a manifest', () => {
  const fields = [{ key: 'token', label: 'Token', secret: true }];
  const list = entry({ fields, env: { TOKEN: '${field.token}' }, network: 'host', shared: 'user', reads: ['/opt/x'] });
  const { commands, problems } = readCommands(JSON.stringify(list));
  expect(problems).toEqual([]);
  expect(commands.get('x')).toMatchObject({ auth_mode: 'pat', mcp: { network: 'host', shared: 'user' } });
});

it('reads nothing from nothing', () => {
  expect(readCommands('')).toEqual({ commands: new Map(), problems: [] });
});

it.each([
  ['no JSON', '[{', 'not JSON'],
  ['a line without a command', 'x', 'entry "x": command'],
  ['a version that is not pinned', 'x=npm:some-server@latest', 'npm:<package>@<version>'],
  ['no version', 'x=npm:some-server', 'npm:<package>@<version>'],
  ['a range', 'x=npm:some-server@^1.0.0', 'npm:<package>@<version>'],
  ['a program without its path', 'x=npx some-server', 'absolute path'],
  ['a path with steps', 'x=/usr/../tmp/x', '".."'],
  ['a name with a slash', 'a/b=/usr/bin/x', 'name'],
  ['the same name twice', 'x=/usr/bin/a\nx=/usr/bin/b', 'name of another entry'],
  ['a key that does not exist', entry({ shell: true }), 'shell is not a key'],
  ['a field that does not exist', entry({ args: ['${field.nope}'] }), 'names nothing that exists'],
  [
    'a secret among the arguments',
    entry({ fields: [{ key: 't', label: 'T', secret: true }], args: ['${field.t}'] }),
    'is secret',
  ],
  ['a variable of the loader', entry({ env: { LD_PRELOAD: '/tmp/x.so' } }), 'decides how programs start'],
  ['options for Node', entry({ env: { NODE_OPTIONS: '--require=/tmp/x' } }), 'decides how programs start'],
  ['the search path', entry({ env: { PATH: '/tmp' } }), 'decides how programs start'],
  ['the whole machine to read', entry({ reads: ['/'] }), 'absolute path'],
  ['processes to read', entry({ reads: ['/proc/1'] }), 'not a place for programs'],
  ['settings of the machine to read', entry({ reads: ['/etc'] }), 'not a place for programs'],
  ['a folder without its field', entry({ folder: { field: 'folder' } }), 'must name a text field'],
  ['no network that exists', entry({ network: 'some' }), 'network'],
])('says what is wrong with %s, and of which entry', (_what, list, words) => {
  const problems = problemsOf(list);
  expect(problems.join('\n')).toContain(words);
  for (const problem of problems) expect(problem).toMatch(/^PLUGBOARD_STDIO_COMMANDS/);
});
