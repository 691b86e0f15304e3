/** Names that a person or a model takes for one another: by each of them, another one that it looks like. */
export function lookAlikes(names: readonly string[]): ReadonlyMap<string, string> {
  const groups = Map.groupBy(names, skeleton);
  return new Map(
    [...groups.values()].flatMap((group) =>
      group.flatMap((name) => {
        const other = group.find((each) => each !== name);
        return other === undefined ? [] : [[name, other] as const];
      }),
    ),
  );
}

/** Letters of other alphabets, and digits, that look like these; after case and accents are gone (after UTS 39). */
const looks: Readonly<Record<string, string>> = {
  a: 'аαɑ',
  b: 'ьβ',
  c: 'сϲ',
  d: 'ԁ',
  e: 'еε',
  g: 'ɡ',
  h: 'һ',
  i: 'іιı',
  j: 'јϳ',
  k: 'кκ',
  l: 'ӏ1',
  m: 'м',
  n: 'ո',
  o: 'оοσօ0',
  p: 'рρ',
  q: 'ԛ',
  r: 'гᴦ',
  s: 'ѕꜱ5',
  t: 'тτ',
  u: 'υս',
  v: 'νѵ',
  w: 'ѡԝω',
  x: 'хχ',
  y: 'уγ',
  z: 'ᴢ',
};

const plain = new Map(Object.entries(looks).flatMap(([letter, others]) => [...others].map((other) => [other, letter])));

/** A name as it looks at a glance: without case, accents and separators, each letter as its Latin twin. */
function skeleton(name: string): string {
  const bare = name.normalize('NFKD').replaceAll(/\p{M}/gu, '').replaceAll('I', 'l').toLowerCase();
  const letters = [...bare].map((letter) => plain.get(letter) ?? letter).join('');
  return letters
    .replaceAll(/[^\p{L}\p{N}]/gu, '')
    .replaceAll('rn', 'm')
    .replaceAll('vv', 'w');
}
