import { langchainTools } from '@plugboard/sdk/langchain';

/** @type {import('@plugboard/sdk').CallableTool} */
const tool = {
  name: 'evil__read',
  description: 'Of a server that somebody else runs.',
  inputSchema: {
    type: 'object',
    properties: { pattern: { type: 'string', pattern: '^(a+)+$' } },
    patternProperties: { '^(b+)+$': { type: 'string' } },
    required: ['pattern'],
  },
  type: 'read',
  destructive: false,
  asks: false,
  connection: { id: 'c', handle: 'evil', label: 'Evil', account: null, connector: 'mcp' },
  call: async (args) => ({ status: 'ok', output: args }),
};
const toolset = { list: [tool], missing: [], call: tool.call, [Symbol.iterator]: () => [tool].values() };

const [made] = langchainTools({ ...toolset, call: async (_name, args) => tool.call(args) });
const args = { pattern: `${'a'.repeat(40)}!`, [`${'b'.repeat(40)}!`]: 'x' };
process.stdout.write(`${await made?.invoke(args)}\n`);
await made?.invoke({}).catch(() => process.stdout.write('pattern is missing\n'));
