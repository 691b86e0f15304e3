import type { z } from 'zod';
import { cookiePrefix } from '../../../access/sign-in/better-auth.ts';
import type { App } from '../../../context.ts';
import { isRecord, parseJson } from '../../../lib/json.ts';
import { decrypt, encrypt } from '../../../vault/aes-gcm.ts';

type Parts = Pick<App, 'vault' | 'clock' | 'config'>;

/** A value that one browser keeps for a few minutes and nobody can read or alter. */
export interface SealedCookie<T> {
  /** The `Set-Cookie` header that hands it out. */
  give(parts: Parts, value: T): string;
  /** The value, unless it is over, was altered, or is another cookie's. */
  read(parts: Parts, cookies: string | undefined): T | undefined;
  /** The `Set-Cookie` header that takes it back. */
  drop(parts: Parts): string;
}

export interface SealedCookieFacts<T> {
  /** Behind the prefix that all our cookies have. */
  readonly name: string;
  readonly shape: z.ZodType<T>;
  readonly seconds: number;
}

/** A cookie of these facts, sealed with a key of its own (HKDF) and its name, so that it opens as no other. */
export function sealedCookie<T>({ name, shape, seconds }: SealedCookieFacts<T>): SealedCookie<T> {
  const nameIn = ({ config }: Parts): string => `${cookiePrefix(config.publicUrl)}.${name}`;
  const keyOf = ({ vault }: Parts): Buffer => vault.derive('page-cookies');
  const attributes = ({ config }: Parts): string =>
    `Path=/; HttpOnly; SameSite=Lax${config.publicUrl.startsWith('https:') ? '; Secure' : ''}`;
  return {
    give(parts, value) {
      const until = parts.clock.now() + seconds * 1000;
      const text = encrypt(keyOf(parts), [name], Buffer.from(JSON.stringify({ value, until })));
      return `${nameIn(parts)}=${text}; Max-Age=${seconds}; ${attributes(parts)}`;
    },
    read(parts, cookies) {
      const opened = valuesOf(cookies, nameIn(parts)).map((text) => decrypt(keyOf(parts), [name], text));
      const held = parseJson(opened.find((clear) => clear !== undefined)?.toString('utf8') ?? '');
      if (!isRecord(held) || typeof held['until'] !== 'number' || held['until'] <= parts.clock.now()) return undefined;
      return shape.safeParse(held['value']).data;
    },
    drop: (parts) => `${nameIn(parts)}=; Max-Age=0; ${attributes(parts)}`,
  };
}

/** Every value under this name: another port of the same host may have put one there, too (S7). */
function valuesOf(cookies: string | undefined, name: string): readonly string[] {
  const pairs = (cookies ?? '').split(';').map((pair) => pair.trim());
  return pairs.filter((pair) => pair.startsWith(`${name}=`)).map((pair) => pair.slice(name.length + 1));
}
