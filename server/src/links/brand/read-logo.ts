/** A picture of a brand as it is kept: its bytes in base64 and what they are. */
export interface Logo {
  readonly type: 'image/png' | 'image/jpeg' | 'image/webp';
  readonly base64: string;
}

/** What a logo may have, in bytes. */
export const mostLogoBytes = 32_768;

/** A logo that was read, or the sentence that says why it was not. */
export type ReadLogo = { readonly logo: Logo } | { readonly refused: string };

/**
 * Reads a `data:` address (RFC 2397) of a picture. Its first bytes must say what the address says (WHATWG MIME Sniffing §6.1);
 * a vector picture, which can hold programs, is none of the three.
 */
export function readLogo(address: string): ReadLogo {
  const [, said = '', base64 = ''] = /^data:(image\/[a-z+.-]{1,20});base64,([A-Za-z0-9+/]+={0,2})$/.exec(address) ?? [];
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.length === 0) return { refused: 'logo must be a data: address in base64: data:image/png;base64,…' };
  if (bytes.length > mostLogoBytes)
    return { refused: `logo has ${bytes.length} bytes; at most ${mostLogoBytes} are taken.` };
  const type = kinds.find(({ type: each }) => each === said);
  if (type === undefined) return { refused: 'logo must be a PNG, JPEG or WebP.' };
  if (!type.begins(bytes)) return { refused: `logo says that it is ${said}, and its bytes say otherwise.` };
  return { logo: { type: type.type, base64: bytes.toString('base64') } };
}

const kinds: readonly { readonly type: Logo['type']; readonly begins: (bytes: Buffer) => boolean }[] = [
  { type: 'image/png', begins: (bytes) => startsWith(bytes, '89504e470d0a1a0a') },
  { type: 'image/jpeg', begins: (bytes) => startsWith(bytes, 'ffd8ff') },
  {
    type: 'image/webp',
    begins: (bytes) => startsWith(bytes, '52494646') && bytes.subarray(8, 14).toString('latin1') === 'WEBPVP',
  },
];

function startsWith(bytes: Buffer, hex: string): boolean {
  return bytes.subarray(0, hex.length / 2).toString('hex') === hex;
}
