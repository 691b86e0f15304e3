import { expect, it } from 'vitest';
import { createRedactor } from '../../../lib/redact.ts';
import { readMcpError } from '../read-mcp-error.ts';
import { shallow } from './read-tool-result.ts';

const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth));

it.each([
  ['content', 998],
  ['structuredContent', 999],
] as const)('a result whose %s nests as deep as anything may is handed on, and one level more is not', (part, most) => {
  const result = (depth: number) => ({ content: [], [part]: part === 'content' ? [nested(depth)] : nested(depth) });
  expect(() => shallow(result(most))).not.toThrow();
  expect(() => shallow(result(most + 1))).toThrow('nests too deeply');
  expect(() => shallow(result(100_000))).toThrow('nests too deeply');
});

it('what nests too deeply leaves open whether a write took place', () => {
  const failure = (() => {
    try {
      return shallow({ content: [nested(5_000)] });
    } catch (error) {
      return error;
    }
  })();
  const redactor = createRedactor([]);
  expect(readMcpError(failure, { effect: 'write', redactor })).toMatchObject({ status: 'outcome_unknown' });
  expect(readMcpError(failure, { effect: 'read', redactor })).toMatchObject({ status: 'unavailable' });
});
