/** A browser as far as these pages need one: cookies, redirects, forms. */
export interface Browser {
  /** Where the browser is sent when it leaves the provider. */
  signIn(url: string, user: string, choice: 'allow' | 'deny'): Promise<URL>;
  approveDevice(url: string, user: string): Promise<void>;
}

interface Page {
  readonly url: URL;
  readonly html: string;
}

/** A browser without anybody's cookies. Redirects are followed for as long as they stay with the provider. */
export function openBrowser(issuer: string): Browser {
  const cookies = new Map<string, string>();
  const open = (url: URL, form?: URLSearchParams) => visit({ issuer, cookies }, url, form);
  const fill = async (url: string, values: Readonly<Record<string, string>>): Promise<Page | URL> => {
    let at = await open(new URL(url));
    for (let pages = 0; !(at instanceof URL) && formIn(at) !== undefined; pages += 1) {
      const form = formIn(at);
      if (pages === 6 || form === undefined) throw new Error(`There is no way on from ${at.url.href}: ${at.html}`);
      for (const [name, value] of Object.entries(values)) form.fields.set(name, value);
      at = await open(form.action, form.fields);
    }
    return at;
  };
  return {
    async signIn(url, user, choice) {
      const left = await fill(url, { user, choice });
      if (left instanceof URL) return left;
      throw new Error(`The provider refused: ${left.html}`);
    },
    async approveDevice(url, user) {
      const left = await fill(url, { user, choice: 'allow' });
      if (left instanceof URL || !left.html.includes('You may close this page'))
        throw new Error('The device was refused.');
    },
  };
}

async function visit(
  { issuer, cookies }: { readonly issuer: string; readonly cookies: Map<string, string> },
  url: URL,
  form?: URLSearchParams,
): Promise<Page | URL> {
  if (url.origin !== issuer) return url;
  const response = await fetch(url, {
    method: form === undefined ? 'GET' : 'POST',
    redirect: 'manual',
    headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '), accept: 'text/html' },
    ...(form !== undefined && { body: form }),
  });
  for (const cookie of response.headers.getSetCookie()) keep(cookies, cookie);
  const location = response.headers.get('location');
  if (location === null) return { url, html: await response.text() };
  await response.body?.cancel();
  return visit({ issuer, cookies }, new URL(location, url));
}

function keep(cookies: Map<string, string>, cookie: string): void {
  const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
  if (value === '') cookies.delete(name);
  else cookies.set(name, value);
}

function formIn({ url, html }: Page): { readonly action: URL; readonly fields: URLSearchParams } | undefined {
  const form = /<form[^>]*>/.exec(html)?.[0];
  if (form === undefined) return undefined;
  const fields = new URLSearchParams();
  for (const [input] of html.matchAll(/<input[^>]*>/g)) {
    const name = attribute(input, 'name');
    if (name !== undefined) fields.set(name, attribute(input, 'value') ?? '');
  }
  return { action: new URL(attribute(form, 'action') ?? url.href, url), fields };
}

function attribute(tag: string, name: string): string | undefined {
  return new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1];
}
