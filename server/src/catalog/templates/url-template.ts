import { parseEncoded, type Piece, type Reference } from './template.ts';

/** Where in a URL a value stands; `whole` is a value that is itself a URL, with more path behind it or not. */
type Position = 'whole' | 'user' | 'host' | 'port' | 'path' | 'query';

/** A parsed URL with the position of each of its references. */
export interface UrlTemplate {
  readonly pieces: readonly Piece[];
  readonly positions: ReadonlyMap<Reference, Position>;
  /** The pieces that decide its origin. */
  readonly origin: readonly Piece[];
}

const hole = '\u0000';
// scheme, user information, host and port, path, query; no fragment
const shapePattern = /^([a-z][a-z0-9+.-]*:\/\/)(?:([^@/?#]*)@)?([^@/?#]*)(\/[^?#]*)?(\?[^#]*)?$/;
const wholePattern = /^\0(\/[^?#]*)?(\?[^#]*)?$/; // eslint-disable-line no-control-regex

/** Parses a URL template. Throws a SyntaxError where it is none, or where the place of a value in it is unclear. */
export function parseUrl(text: string): UrlTemplate {
  const { pieces } = parseEncoded(text);
  const shape = pieces.map((piece) => (typeof piece === 'string' ? piece : hole)).join('');
  const references = pieces.filter((piece) => typeof piece !== 'string');
  const { positions, originLength } = wholePattern.test(shape) ? layWhole(shape) : layParts(shape);
  return {
    pieces,
    positions: new Map(references.map((reference, index) => [reference, positions[index] ?? 'query'])),
    origin: firstCharacters(pieces, originLength),
  };
}

interface Layout {
  readonly positions: readonly Position[];
  readonly originLength: number;
}

function layWhole(shape: string): Layout {
  const [, path = '', query = ''] = wholePattern.exec(shape) ?? [];
  return { positions: ['whole', ...holes(path, 'path'), ...holes(query, 'query')], originLength: 1 };
}

function layParts(shape: string): Layout {
  const [, scheme, user, host = '', path = '', query = ''] = shapePattern.exec(shape) ?? [];
  if (scheme === undefined)
    throw new SyntaxError('This is not an address; write e.g. https://api.example.com/v1 or ${field.base_url}/v1.');
  return {
    positions: [...holes(user ?? '', 'user'), ...hostHoles(host), ...holes(path, 'path'), ...holes(query, 'query')],
    originLength: scheme.length + (user === undefined ? 0 : user.length + 1) + host.length,
  };
}

function holes(part: string, position: Position): Position[] {
  return Array.from({ length: part.split(hole).length - 1 }, () => position);
}

function hostHoles(part: string): Position[] {
  const colon = part.indexOf(':');
  return colon < 0
    ? holes(part, 'host')
    : [...holes(part.slice(0, colon), 'host'), ...holes(part.slice(colon), 'port')];
}

function firstCharacters(pieces: readonly Piece[], length: number): readonly Piece[] {
  const taken: Piece[] = [];
  let left = length;
  for (const piece of pieces) {
    if (left <= 0) break;
    taken.push(typeof piece === 'string' ? piece.slice(0, left) : piece);
    left -= typeof piece === 'string' ? piece.length : 1;
  }
  return taken;
}
