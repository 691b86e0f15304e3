/** What bytes are where nobody says. */
export const unknownType = 'application/octet-stream';

const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const wellFormed = new RegExp(
  `^(${token}/${token})((?:\\s*;\\s*${token}=(?:${token}|"[^"\\\\\\p{Cc}]*"))*)\\s*;?$`,
  'u',
);
const longest = 255;

/**
 * A media type as it is kept (RFC 9110 §8.3.1): its names in lower case, its parameters as they were given; bytes of an
 * unknown kind where none is given, `undefined` for what is none or longer than 255 characters.
 */
export function readMediaType(given: string | undefined): string | undefined {
  const text = given?.trim() ?? '';
  if (text === '') return unknownType;
  const [, essence = '', parameters = ''] = (text.length <= longest && wellFormed.exec(text)) || [];
  return essence === '' ? undefined : `${essence.toLowerCase()}${parameters}`;
}

/** Without its parameters: `text/csv`. */
export function essenceOf(mediaType: string): string {
  return mediaType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
}
