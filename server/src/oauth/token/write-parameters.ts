import type { TokenLeg } from '../oauth-server.ts';

/** The parameters of a request to a token endpoint: RFC 6749 wants a form, some providers JSON or the address. */
export function writeParameters(
  format: TokenLeg['body'],
  url: string,
  parameters: URLSearchParams,
): { readonly url: string; readonly headers: Readonly<Record<string, string>>; readonly body?: string } {
  switch (format) {
    case 'form':
      return { url, headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: parameters.toString() };
    case 'json':
      return {
        url,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(Object.fromEntries(parameters)),
      };
    case 'query': {
      const address = new URL(url);
      for (const [name, value] of parameters) address.searchParams.set(name, value);
      return { url: address.href, headers: {}, body: '' };
    }
  }
}
