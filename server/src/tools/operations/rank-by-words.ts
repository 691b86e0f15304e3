/** What of an item a search looks at, from what counts most to what counts least. */
export interface SearchedTexts {
  readonly name: string;
  readonly label: string;
  readonly description: string;
}

/** The items that have every word somewhere, the best first: a whole word of the name before a part of it before label before description. */
export function rankByWords<Item>(
  query: string,
  items: readonly Item[],
  textsOf: (item: Item) => SearchedTexts,
): readonly Item[] {
  const words = wordsIn(query);
  if (words.length === 0) return [];
  return items
    .map((item) => ({ item, score: scoreOf(words, textsOf(item)) }))
    .filter(({ score }) => score > 0)
    .sort((left, right) => right.score - left.score)
    .map(({ item }) => item);
}

const weights = { wholeWord: 8, name: 5, label: 3, description: 1 } as const;

/** 0 where a word is missing. */
function scoreOf(words: readonly string[], texts: SearchedTexts): number {
  const name = texts.name.toLowerCase();
  const label = texts.label.toLowerCase();
  const description = texts.description.toLowerCase();
  const nameWords = wordsIn(name);
  const scores = words.map((word) => {
    if (nameWords.includes(word)) return weights.wholeWord;
    if (name.includes(word)) return weights.name;
    if (label.includes(word)) return weights.label;
    return description.includes(word) ? weights.description : 0;
  });
  return scores.includes(0) ? 0 : scores.reduce<number>((sum, score) => sum + score, 0);
}

function wordsIn(text: string): readonly string[] {
  return text
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}
