import { z } from 'zod';
import type { StoredFile } from '../../files/file.ts';
import type { Download } from '../route.ts';

/** A file without its bytes. */
export const fileItem = z.object({
  id: z.uuid(),
  name: z.string(),
  media_type: z.string().describe('As it was given: a claim of whoever sent it.'),
  size: z.number().int().describe('Bytes.'),
  sha256: z.string().describe('Of its bytes, in hex.'),
  created_at: z.iso.datetime(),
  expires_at: z.iso.datetime().describe('When it is deleted.'),
});

export function showFile({ id, name, mediaType, size, sha256, createdAt, expiresAt }: StoredFile) {
  return { id, name, media_type: mediaType, size, sha256, created_at: createdAt, expires_at: expiresAt };
}

/** The headers under which a file leaves (S12): a browser neither guesses what it is nor shows it nor runs anything in it. */
export function downloadHeaders({
  name,
  contentType,
  size,
}: Omit<Download, 'bytes'>): Readonly<Record<string, string>> {
  return {
    'content-type': contentType,
    'content-length': String(size),
    'content-disposition': attachment(name),
    'content-security-policy': "sandbox; default-src 'none'",
    'x-content-type-options': 'nosniff',
  };
}

/** RFC 6266: in ASCII for everybody, and as it is for those who know RFC 8187. */
function attachment(name: string): string {
  const plain = name.replaceAll(/[^\x20-\x7e]|["\\%]/g, '_');
  const encoded = encodeURIComponent(name).replaceAll(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
