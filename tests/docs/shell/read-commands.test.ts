import { expect, it } from 'vitest';
import { readCommands } from './read-commands.ts';

it.each([
  [
    'npm ci && npm start',
    [
      ['npm', 'ci'],
      ['npm', 'start'],
    ],
  ],
  ['a one \\\n  --two  # said\nb', [['a', 'one', '--two'], ['b']]],
  [`curl -d '{"a":"b c"}' "$URL/x"`, [['curl', '-d', '{"a":"b c"}', '$URL/x']]],
  [`echo "{\\"a\\":\\"$B\\"}"`, [['echo', '{"a":"$B"}']]],
  [
    'export KEY=$(cat data/admin.key)',
    [
      ['cat', 'data/admin.key'],
      ['export', 'KEY=$substituted'],
    ],
  ],
  ['a | b > file 2>&1; c', [['a'], ['b'], ['c']]],
  ['revoke <id> "<your token>"', [['revoke', '<id>', '<your token>']]],
  ['curl $URL/<id>/x', [['curl', '$URL/<id>/x']]],
])('%s', (script, commands) => {
  expect(readCommands(script)).toEqual(commands);
});

it.each(["echo 'open", 'echo "open', 'echo $(open'])('refuses %s', (script) => {
  expect(() => readCommands(script)).toThrow('never closed');
});
