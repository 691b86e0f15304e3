import { expect, it } from 'vitest';
import { metadataOf } from './metadata-of.ts';
import { readConnection, readDetail } from './nango-connection.ts';

const connection =
  readConnection({ connection_id: 'c-1', provider_config_key: 'github-prod', provider: 'github' }) ??
  expect.fail('It is no connection.');
const mark = { nango_connection_id: 'c-1', nango_provider_config_key: 'github-prod' };
const kept = (detail: object) => metadataOf(connection, readDetail(detail));

it('keeps texts as they are, everything else as JSON, and says what it was called', () => {
  const metadata = { plan: 'pro', seats: 5, filter: { a: [1] }, nothing: null };
  expect(kept({ metadata, tags: { plan: 'free', org: 'o_1' } })).toEqual({
    metadata: { ...mark, plan: 'pro', org: 'o_1', seats: '5', filter: '{"a":[1]}' },
    leftOut: [],
  });
});

it('leaves out what is too long or too much, and never what it is called', () => {
  const many = Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`k${at}`, 'v']));
  const odd = { nango_connection_id: 'another', long: 'x'.repeat(501), ['k'.repeat(41)]: 'v', 'a\nb': 'v' };
  const { metadata, leftOut } = kept({ metadata: { ...odd, ...many } });
  expect(metadata).toMatchObject(mark);
  expect(Object.keys(metadata)).toHaveLength(50);
  expect(leftOut).toHaveLength(3 + 60 - 48);
  expect(leftOut.slice(0, 3)).toEqual(['long', 'k'.repeat(40), 'a\nb']);
});
