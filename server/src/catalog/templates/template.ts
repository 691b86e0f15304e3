/** What a template may refer to. */
const roots = ['field', 'derived', 'config', 'arg'] as const;
export type Root = (typeof roots)[number];

/** What may be done to a value, in the order written: `${field.region|trim|lower|default:eu}`. */
const filterNames = [
  'urlencode',
  'base64',
  'base64url',
  'lower',
  'trim',
  'default',
  'join',
  'segments',
  'slashes',
] as const;

export interface Filter {
  readonly name: (typeof filterNames)[number];
  /** What stands behind the colon; empty where there is none. */
  readonly argument: string;
}

/** One `${root.key|filter}`. */
export interface Reference {
  readonly root: Root;
  readonly key: string;
  readonly filters: readonly Filter[];
  /** `arg.owner`: how problems call it. */
  readonly name: string;
}

export type Piece = string | Reference;

/** A parsed text: what stands as it is, and what is put in. */
export interface Template {
  readonly pieces: readonly Piece[];
}

/** Parses a template. `$${` stands for a literal `${`. Throws a SyntaxError whose message says what is wrong with it. */
export function parseTemplate(text: string): Template {
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of text.matchAll(/\$\$\{|\$\{([^{}]*)\}/g)) {
    addText(pieces, text.slice(end, match.index));
    if (match[1] === undefined) addText(pieces, '${', true);
    else pieces.push(parseReference(match[1]));
    end = match.index + match[0].length;
  }
  addText(pieces, text.slice(end));
  return { pieces };
}

/** Parses a template for a place that percent-encodes by itself: the filter `urlencode` is not applied a second time. */
export function parseEncoded(text: string): Template {
  return {
    pieces: parseTemplate(text).pieces.map((piece) => (typeof piece === 'string' ? piece : withoutUrlencode(piece))),
  };
}

/** Everything a template refers to, in order. */
export function referencesIn(template: Template): readonly Reference[] {
  return template.pieces.filter((piece) => typeof piece !== 'string');
}

/** The reference a template consists of, where it is nothing else. */
export function aloneIn({ pieces }: Template): Reference | undefined {
  const [first] = pieces;
  return pieces.length === 1 && typeof first === 'object' ? first : undefined;
}

function withoutUrlencode(reference: Reference): Reference {
  return { ...reference, filters: reference.filters.filter(({ name }) => name !== 'urlencode') };
}

function addText(pieces: Piece[], text: string, escaped = false): void {
  if (text === '') return;
  if (!escaped && text.includes('${'))
    throw new SyntaxError('A "${" is never closed; write "$${" where the text itself is meant.');
  const last = pieces.at(-1);
  if (typeof last === 'string') pieces[pieces.length - 1] = last + text;
  else pieces.push(text);
}

function parseReference(source: string): Reference {
  const [name = '', ...filters] = source
    .split('|')
    .map((part, index) => (index === 0 ? part.trim() : part.trimStart()));
  const [, rootName, key] = /^([a-z]+)\.([A-Za-z_][A-Za-z0-9_-]*)$/.exec(name) ?? [];
  const root = roots.find((each) => each === rootName);
  if (root === undefined || key === undefined) {
    throw new SyntaxError(
      `"\${${source}}" is not a reference; write e.g. \${field.key}, with one of ${roots.join(', ')}.`,
    );
  }
  return { root, key, name, filters: filters.map(parseFilter) };
}

function parseFilter(source: string): Filter {
  const [, word = '', argument] = /^([^:]*)(?::(.*))?$/s.exec(source) ?? [];
  const name = filterNames.find((each) => each === word.trim());
  if (name === undefined) throw new SyntaxError(`There is no filter "${word}"; there are ${filterNames.join(', ')}.`);
  return { name, argument: argument ?? '' };
}
