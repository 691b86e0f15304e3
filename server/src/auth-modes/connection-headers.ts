import type { Secret } from '../lib/secret.ts';

const prefix = 'header:';

/** Headers that a connection adds to every call, as secrets of it: sealed and redacted like any other (RULINGS, Everywhere 7). */
export function headerSecrets(headers: Readonly<Record<string, Secret>>): Readonly<Record<string, Secret>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [`${prefix}${name.toLowerCase()}`, value]));
}

/** The headers among the secrets of a connection, by their names in lower case. */
export function headersAmong(secrets: Readonly<Record<string, Secret>>): Readonly<Record<string, Secret>> {
  return Object.fromEntries(
    Object.entries(secrets).flatMap(([name, value]) => (isHeader(name) ? [[headerNameOf(name), value]] : [])),
  );
}

/** The name of a header, in lower case, from that of its secret. */
export function headerNameOf(secret: string): string {
  return secret.slice(prefix.length);
}

/** Whether a secret of this name is a header. */
export function isHeader(name: string): boolean {
  return name.startsWith(prefix);
}
