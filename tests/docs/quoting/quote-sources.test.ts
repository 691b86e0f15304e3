import { expect, it } from 'vitest';
import { quoteSources } from '../../../scripts/docs/quote-sources.ts';

const source = `before
  // #region outer
  one
    // #region inner
    two
    // #endregion
  // #endregion
# #region bare
three
# #endregion
`;

const page = (from: string, text: string): string =>
  `# Page\n\n<!-- from: ${from} -->\n\n\`\`\`ts\n${text}\`\`\`\n\nEnd.\n`;
const quoted = (from: string): string => quoteSources(page(from, 'stale\n'), () => source);

it.each([
  ['a.ts#outer', 'one\n  two\n'],
  ['a.ts#inner', 'two\n'],
  ['a.sh#bare', 'three\n'],
  ['a.ts', source],
])('cuts %s', (from, text) => {
  expect(quoted(from)).toBe(page(from, text));
});

it('keeps a block within a list where it is', () => {
  const listed = (text: string): string =>
    `- One\n\n  <!-- from: a.ts#outer -->\n\n  \`\`\`ts\n${text}  \`\`\`\n\n- Two\n`;
  expect(quoteSources(listed('  stale\n'), () => source)).toBe(listed('  one\n    two\n'));
});

it('leaves a page alone whose blocks are as their sources', () => {
  const fresh = quoted('a.ts#inner');
  expect(quoteSources(fresh, () => source)).toBe(fresh);
});

it('leaves blocks alone that are cut from nowhere', () => {
  const other = '```sh illustration\nnpm ci\n```\n';
  expect(quoteSources(other, () => source)).toBe(other);
});

it.each([
  ['a.ts#nowhere', 'Line 5 is cut from a.ts#nowhere: there is no region "nowhere".'],
  ['a.ts#open', 'Line 5 is cut from a.ts#open: the region "open" is never ended.'],
  ['a.ts#twice', 'Line 5 is cut from a.ts#twice: there are two regions "twice".'],
])('says where %s cannot be cut', (from, sentence) => {
  const broken = '// #region twice\n// #endregion\n// #region twice\n// #endregion\n// #region open\n';
  expect(() => quoteSources(page(from, ''), () => broken)).toThrow(sentence);
});

it('says which block is never closed', () => {
  expect(() => quoteSources('text\n```sh\n', () => '')).toThrow('The block that begins on line 2 is never closed.');
});
