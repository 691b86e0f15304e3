import type { TextEncoding } from './secret-forms.ts';

/** How an answer writes text as bytes, as far as it matters to who looks for some: everything else has ASCII in it. */
export function encodingOf(contentType = ''): TextEncoding {
  const charset = /charset\s*=\s*"?([\w-]+)/i.exec(contentType)?.[1]?.toLowerCase();
  if (charset === 'utf-16be') return 'utf16be';
  return charset === 'utf-16' || charset === 'utf-16le' ? 'utf16le' : 'utf8';
}
