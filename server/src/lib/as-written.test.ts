import { assert, dictionary, jsonValue, property, string } from 'fast-check';
import { expect, it } from 'vitest';
import { asWritten, keepWritten, writeAsCame } from './as-written.ts';

function parsed(json: string): unknown {
  const value: unknown = JSON.parse(json);
  keepWritten(value, Buffer.from(json));
  return value;
}

it('writes an answer that means the same, whatever came and whatever stands beside it', () => {
  assert(
    property(jsonValue(), dictionary(string(), jsonValue()), (came, beside) => {
      const [json] = [JSON.stringify([came], null, 1)];
      const answer = { ...beside, status: 'ok', output: parsed(json), left: undefined };
      expect(JSON.parse(String(writeAsCame(answer)))).toEqual(JSON.parse(JSON.stringify(answer)));
      expect(String(writeAsCame(answer))).toContain(json);
    }),
  );
});

it('keeps what a number and an escape were written as', () => {
  const json = String.raw`{"id": 12345678901234567890, "price": 1.0, "name": "\u00fc\/", "id2": 1E400}`;
  expect(String(writeAsCame({ status: 'ok', output: parsed(json) }))).toBe(`{"status":"ok","output":${json}}`);
});

it('finds what came up to two objects down, in lists nowhere', () => {
  const came = parsed('{"a":1.0}');
  expect(String(writeAsCame({ result: { content: came, isError: false }, id: 7 }))).toBe(
    '{"result":{"content":{"a":1.0},"isError":false},"id":7}',
  );
  expect(writeAsCame([came])).toBeUndefined();
  expect(writeAsCame({ a: { b: { c: came } } })).toBeUndefined();
});

it('knows nothing of a value that was made of one that came', () => {
  const came = { list: [1], ...Object(parsed('{"a":{"b":1.0}}')) };
  expect(writeAsCame({ status: 'ok', output: came })).toBeUndefined();
  expect(asWritten(structuredClone(came))).toBeUndefined();
  expect(asWritten(Object(parsed('{"a":{"b":1.0}}')).a)).toBeUndefined();
});

it('leaves texts, numbers and nothing to any writer', () => {
  for (const value of ['text', 1, true, null, undefined]) {
    keepWritten(value, Buffer.from('1'));
    expect(writeAsCame(value)).toBeUndefined();
  }
});
