import type { EgressResponse } from '../../../egress/egress.ts';

/**
 * What an answer calls its file: the name in `Content-Disposition` (RFC 6266 §4.3), the extended form before the plain one,
 * else the last step of its address. Nothing is cleaned.
 */
export function nameOfAnswer({ headers, url }: Pick<EgressResponse, 'headers' | 'url'>): string {
  const disposition = headers['content-disposition'] ?? '';
  return extended(disposition) ?? plain(disposition) ?? lastStep(url) ?? 'file';
}

/** RFC 8187: `filename*=UTF-8''r%C3%A9sum%C3%A9.pdf`. */
function extended(disposition: string): string | undefined {
  const [, encoded] = /;\s*filename\*\s*=\s*utf-8'[^';]*'([^\s;]+)/i.exec(disposition) ?? [];
  return decoded(encoded);
}

function plain(disposition: string): string | undefined {
  const [, quoted, token] = /;\s*filename\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s";]+))/i.exec(disposition) ?? [];
  const name = quoted?.replaceAll(/\\(.)/g, '$1') ?? token;
  return name === '' ? undefined : name;
}

function lastStep(url: string): string | undefined {
  const [last] = (URL.parse(url)?.pathname ?? '').split('/').slice(-1);
  return decoded(last);
}

function decoded(text: string | undefined): string | undefined {
  if (text === undefined || text === '') return undefined;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
