import { describe, expect, it } from 'vitest';
import { UsageError } from '../show-error.ts';
import { takeArguments, typedArguments } from './read-tool-arguments.ts';

const schema = {
  type: 'object',
  additionalProperties: false,
  required: ['project'],
  properties: {
    project: { type: 'string' },
    iid: { type: 'integer' },
    weight: { type: 'number' },
    confidential: { type: 'boolean' },
    labels: { type: 'array', items: { type: 'string' } },
    ids: { type: 'array', items: { type: 'integer' } },
    options: { type: 'object' },
    milestone: { type: ['integer', 'null'] },
    note: { type: ['string', 'null'] },
    json: { type: 'string' },
    either: { anyOf: [{ type: 'integer' }, { type: 'string' }] },
    state: { enum: ['opened', 'closed'] },
    anything: {},
  },
};

const read = (...words: string[]): unknown =>
  typedArguments(takeArguments(words, { schema, reserved: ['json'] }), schema);

describe('the arguments of a tool', () => {
  it.each([
    [['--project', 'acme/api'], { project: 'acme/api' }],
    [['--project=acme/api', '--iid', '3'], { project: 'acme/api', iid: 3 }],
    [['project=a=b'], { project: 'a=b' }],
    [['--project', '17'], { project: '17' }],
    [['--weight', '3'], { weight: 3 }],
    [['--weight', '-0.5'], undefined],
    [['--weight=-0.5'], { weight: -0.5 }],
    [['--confidential'], { confidential: true }],
    [['--confidential', '--iid', '1'], { confidential: true, iid: 1 }],
    [['--confidential', 'false'], { confidential: false }],
    [['--labels', 'a', '--labels', 'b,c'], { labels: ['a', 'b,c'] }],
    [['--labels', '["a","b"]'], { labels: ['a', 'b'] }],
    [['--ids', '1', 'ids=2'], { ids: [1, 2] }],
    [['--options', '{"a":[1]}'], { options: { a: [1] } }],
    [['--milestone', 'null'], { milestone: null }],
    [['--note', 'null'], { note: null }],
    [['--note', 'x'], { note: 'x' }],
    [['json={"a":1}'], { json: '{"a":1}' }],
    [['--either', '12'], { either: '12' }],
    [['--state', 'opened'], { state: 'opened' }],
    [['--anything', '{"a":1}', '--project', 'x'], { anything: { a: 1 }, project: 'x' }],
    [['--anything', 'word'], { anything: 'word' }],
    [[], {}],
  ])('%j', (words, wanted) => {
    if (wanted === undefined) expect(() => read(...words)).toThrow(UsageError);
    else expect(read(...words)).toEqual(wanted);
  });

  it.each([
    [['--iid', '1.5'], '"iid" must be a whole number.'],
    [['--iid', 'x'], '"iid" must be a whole number.'],
    [['--confidential=yes'], '"confidential" must be true or false.'],
    [['--options', '[1]'], '"options" must be an object in JSON.'],
    [['--milestone', 'x'], '"milestone" must be a whole number or null.'],
    [['--iid', '1', '--iid', '2'], 'is given 2 times'],
    [['projct=1'], 'The tool has no argument "projct". Did you mean "project"?'],
    [['--projct', '1'], 'There is no option --projct. Did you mean "--project"?'],
    [['word'], '"word" is no argument.'],
    [['--project'], '--project'],
  ])('%j is refused', (words, sentence) => {
    expect(() => read(...words)).toThrow(UsageError);
    expect(() => read(...words)).toThrow(sentence);
  });

  it('of a tool that nobody described are JSON where they are, else text', () => {
    expect(
      typedArguments(
        [
          { name: 'a', value: '1' },
          { name: 'b', value: 'x' },
        ],
        {},
      ),
    ).toEqual({ a: 1, b: 'x' });
  });
});
