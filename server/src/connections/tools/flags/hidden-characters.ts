import type { FlagKind } from './tool-flag.ts';

/** Characters of one kind that a text holds and that a person does not see. */
export interface HiddenCharacters {
  readonly kind: FlagKind;
  readonly message: string;
}

/**
 * What a text says to a model and not to the person who reads it: tag, bidirectional, zero-width, control and other
 * invisible characters, and gaps that push words out of sight. Emoji as Unicode lists them (UTS 51) and joiners between
 * letters of scripts that need them hide nothing.
 */
export function hiddenIn(text: string): readonly HiddenCharacters[] {
  const hidden = unseen.test(text) ? hiddenByKind(text) : [];
  const gap = longGap.exec(text)?.[0].length;
  if (gap === undefined) return hidden;
  return [...hidden, { kind: 'gap', message: `Holds a gap of ${gap} blanks, behind which words are out of sight.` }];
}

/** Everything without a mark of its own: format, control and ignorable characters, lone surrogates, empty braille. */
const unseen =
  /[[\p{Cf}\p{Cc}\p{Cs}\p{Default_Ignorable_Code_Point}\u2028\u2029\u2800]--[\t\n\r\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u{110bd}\u{110cd}]]/v;
const everyUnseen = new RegExp(unseen.source, 'gv');
const longGap = /\s{80,}/u;

const emoji = /\p{RGI_Emoji}|\p{Emoji}\ufe0e/gv;
const neededJoiner =
  /(?<=[[\p{L}\p{M}]--[\p{sc=Latn}\p{sc=Cyrl}\p{sc=Grek}]])[\u200c\u200d](?=[[\p{L}\p{M}]--[\p{sc=Latn}\p{sc=Cyrl}\p{sc=Grek}]])/gv;

/** In the order of how much they look like an attack; what none of the first says is merely invisible. */
const kinds: readonly (readonly [kind: FlagKind, characters: RegExp, called: string])[] = [
  ['tag_characters', /[\u{e0000}-\u{e007f}]/u, 'tag characters'],
  ['bidirectional', /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u, 'characters that turn the direction of text'],
  ['zero_width', /[\u180e\u200b-\u200d\u2060\ufeff]/u, 'characters without width'],
  ['control', /[\p{Cc}\p{Cs}]/u, 'control characters'],
  ['invisible', /[^]/u, 'invisible characters'],
];

function hiddenByKind(text: string): readonly HiddenCharacters[] {
  const suspect = text.replaceAll(emoji, '').replaceAll(neededJoiner, '');
  const characters = suspect.match(everyUnseen) ?? [];
  const byKind = Map.groupBy(characters, (character) => kinds.find(([, some]) => some.test(character)));
  return kinds.flatMap((kind) => {
    const found = byKind.get(kind);
    return found === undefined ? [] : [{ kind: kind[0], message: sentence(kind[2], found) }];
  });
}

function sentence(called: string, found: readonly string[]): string {
  const points = [...new Set(found.map(codePoint))];
  const named = points.slice(0, 5).join(', ');
  const words = spelledBy(found);
  const spelled = words === '' ? '' : ` They spell "${words}".`;
  return `Holds ${found.length} ${called} that nobody sees: ${named}${points.length > 5 ? ' and others' : ''}.${spelled}`;
}

function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

/** Tag characters stand for ASCII: what a model may read in them, at most 200 characters of it. */
function spelledBy(characters: readonly string[]): string {
  const codes = characters.map((character) => (character.codePointAt(0) ?? 0) - 0xe0000);
  const printable = codes.filter((code) => code >= 0x20 && code < 0x7f);
  return String.fromCodePoint(...printable.slice(0, 200));
}
