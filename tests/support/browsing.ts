import type { Plugboard } from './plugboard.ts';

/** What a browser is answered. */
export interface Shown {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  /** Where it is sent, where it is sent anywhere. */
  readonly to: string | undefined;
}

/** A browser without a window: it keeps cookies as one does, and sends forms as one does. */
export interface Browsing {
  open(path: string, headers?: Readonly<Record<string, string>>): Promise<Shown>;
  send(
    path: string,
    fields: Readonly<Record<string, string>>,
    headers?: Readonly<Record<string, string | undefined>>,
  ): Promise<Shown>;
  /** Its cookies, as it sends them. */
  cookie(): string;
  /** Puts a cookie there, as another page of the same host could. */
  put(cookie: string): void;
}

export function browse({ server, app }: Pick<Plugboard, 'server' | 'app'>): Browsing {
  const jar = new Map<string, string>();
  const { host, origin } = new URL(app.config.publicUrl);
  const cookie = (): string => [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
  const put = (text: string): void => {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(text) ?? [];
    if (/max-age=0\b/i.test(text)) jar.delete(name);
    else jar.set(name, value);
  };
  const ask = async (asked: {
    method: 'GET' | 'POST';
    url: string;
    headers: object;
    payload?: string;
  }): Promise<Shown> => {
    const sent = Object.entries({ host, accept: 'text/html', cookie: cookie(), ...asked.headers });
    const headers = Object.fromEntries(sent.filter(([, value]) => value !== undefined && value !== ''));
    const { statusCode, headers: got, body } = await server.inject({ ...asked, headers });
    for (const one of [got['set-cookie'] ?? []].flat()) put(one);
    return { status: statusCode, headers: got, text: body, to: got.location };
  };
  return {
    cookie,
    put,
    open: (path, headers = {}) => ask({ method: 'GET', url: path, headers }),
    send: (path, fields, headers = {}) =>
      ask({
        method: 'POST',
        url: path,
        headers: { origin, 'sec-fetch-site': 'same-origin', 'content-type': form, ...headers },
        payload: new URLSearchParams(fields).toString(),
      }),
  };
}

const form = 'application/x-www-form-urlencoded';
