import { expect, it } from 'vitest';
import type { DiscoveredTool } from '../tool-definition.ts';
import { flagTools } from './flag-tools.ts';

const tool = (changes: Partial<DiscoveredTool> = {}): DiscoveredTool => ({
  name: 'read_file',
  label: 'Read',
  description: 'Reads a file.',
  effect: 'read',
  destructive: false,
  input: { type: 'object' },
  ...changes,
});

it('a tool that hides nothing has no flag', () => {
  expect(flagTools([tool()])).toEqual(new Map([['read_file', []]]));
});

it.each<readonly [path: string, changes: Partial<DiscoveredTool>]>([
  ['/label', { label: 'Read\u200b' }],
  ['/description', { description: 'Reads\u200b a file.' }],
  ['/input/properties/path/description', { input: { properties: { path: { description: 'A\u200b path' } } } }],
  ['/input/required/1', { input: { required: ['a', 'b\u200b'] } }],
  ['/input/enum~1a/0', { input: { 'enum/a': ['\u200b'] } }],
  ['/input/pa\u200bth', { input: { 'pa\u200bth': {} } }],
])('what is hidden is found at %s', (path, changes) => {
  const flags = flagTools([tool(changes)]).get('read_file');
  expect(flags).toEqual([{ kind: 'zero_width', path, message: expect.stringContaining('U+200B') }]);
});

it('a name that looks like another is flagged on both', () => {
  const flags = flagTools([tool(), tool({ name: 'read_fi1e' })]);
  expect(flags.get('read_file')).toEqual([expect.objectContaining({ kind: 'look_alike', path: '/name' })]);
  expect(flags.get('read_fi1e')?.[0]?.message).toContain('"read_file"');
});

it('a schema however deep is looked through, and flagged no more than twenty times', () => {
  let deep: Record<string, unknown> = { description: 'x\u200b' };
  for (let level = 0; level < 5_000; level += 1) deep = { not: deep };
  expect(flagTools([tool({ input: deep })]).get('read_file')).toHaveLength(1);
  const many = Object.fromEntries(Array.from({ length: 500 }, (_, number) => [`p${number}`, 'x\u200b']));
  expect(flagTools([tool({ input: many })]).get('read_file')).toHaveLength(20);
});
