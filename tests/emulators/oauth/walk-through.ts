import { type Login, people } from './people.ts';

/** How somebody answers the pages of a provider. */
export interface Walk {
  readonly as?: Login;
  readonly decision?: 'allow' | 'deny';
  /** The scopes they leave ticked, where they choose among them. Default: all. */
  readonly scopes?: readonly string[];
}

/**
 * Goes through the pages of an emulated provider as a person would, without a browser: signs in, says yes or no.
 * Resolves with the address that the browser is sent back to, which is not opened.
 */
export async function walkThrough(
  authorizationUrl: string,
  { as = 'ann', decision = 'allow', scopes }: Walk = {},
): Promise<URL> {
  const first = await fetch(authorizationUrl, { redirect: 'manual' });
  const early = first.headers.get('location');
  if (early !== null) return new URL(early);
  const { login, password } = people[as];
  const consent = await post(authorizationUrl, new URLSearchParams({ username: login, password }));
  const cookie = consent.headers.get('set-cookie')?.split(';')[0] ?? '';
  const answer = new URLSearchParams({ decision });
  for (const scope of scopes ?? tickedIn(await consent.text())) answer.append('scope', scope);
  const last = await post(authorizationUrl, answer, cookie);
  const location = last.headers.get('location');
  if (location === null) throw new Error(`The provider sends nobody back: ${await last.text()}`);
  return new URL(location);
}

function post(url: string, body: URLSearchParams, cookie = ''): Promise<Response> {
  return fetch(url, { method: 'POST', body, headers: { cookie }, redirect: 'manual' });
}

function tickedIn(page: string): string[] {
  return [...page.matchAll(/<input type="checkbox" name="scope" value="([^"]*)" checked>/g)].map(([, value = '']) =>
    value.replaceAll(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code))),
  );
}
