import { randomBytes, timingSafeEqual } from 'node:crypto';

/** Who may sign in, by the id that Plugboard is told. Yours are in a database, and have passkeys or passwords. */
export const users: ReadonlyMap<string, string> = new Map([
  ['u_1', 'Ann'],
  ['u_2', 'Ben'],
]);

/** Somebody signed in, in one browser. */
export interface Session {
  readonly user: string;
  /** Stands in every form of theirs and in no page of others. */
  readonly formToken: string;
}

/** The sessions of an app at this origin, by the `Cookie` header of a request. Yours end by themselves. */
export function openSessions(origin: string) {
  const isHttps = origin.startsWith('https:');
  // Other hosts of a domain cannot set a `__Host-` cookie (RFC 6265bis §4.1.3.2); browsers take it over https alone.
  const name = isHttps ? '__Host-session' : 'session';
  const sessions = new Map<string, Session>();
  const idIn = (cookie = '') => cookie.match(new RegExp(`(?:^|; )${name}=([\\w-]+)`))?.[1] ?? '';
  return {
    of: (cookie?: string) => sessions.get(idIn(cookie)),
    end: (cookie?: string) => sessions.delete(idIn(cookie)),
    /** Begins one under an id that nobody can have put into the browser before; answers its cookie. */
    begin(user: string): string {
      const id = newSecret();
      sessions.set(id, { user, formToken: newSecret() });
      return `${name}=${id}; Path=/; HttpOnly; SameSite=Lax${isHttps ? '; Secure' : ''}`;
    },
  };
}

/** Whether a form comes from a page that was shown to this session. */
export function isFrom({ formToken }: Session, form: URLSearchParams): boolean {
  const [given, expected] = [Buffer.from(form.get('form_token') ?? ''), Buffer.from(formToken)];
  return given.length === expected.length && timingSafeEqual(given, expected);
}

const newSecret = (): string => randomBytes(32).toString('base64url');
