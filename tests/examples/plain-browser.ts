/** A page that a browser came to. */
export interface Seen {
  readonly status: number;
  readonly url: string;
  readonly text: string;
}

/** A browser without scripts over sockets: it keeps cookies by host as browsers do, whatever the port, and follows redirects. */
export interface PlainBrowser {
  open(url: string): Promise<Seen>;
  /** Sends the form of this page that leads to this path, with what it holds and what is filled in. */
  submit(page: Seen, path: string, filled?: Readonly<Record<string, string>>): Promise<Seen>;
  /** Everything that it was shown. */
  readonly shown: readonly Seen[];
}

export function plainBrowser(): PlainBrowser {
  const jars = new Map<string, Map<string, string>>();
  const shown: Seen[] = [];

  async function go(url: URL, form?: { readonly from: string; readonly fields: URLSearchParams }): Promise<Seen> {
    const jar = jars.get(url.hostname) ?? new Map<string, string>();
    jars.set(url.hostname, jar);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { accept: 'text/html', cookie, ...(form && { origin: form.from }) };
    const sent = form === undefined ? {} : { method: 'POST', body: form.fields };
    const answer = await fetch(url, { headers, redirect: 'manual', ...sent });
    for (const set of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      jar.set(name, value);
    }
    const to = answer.headers.get('location');
    if (to !== null) return go(new URL(to, url));
    const seen = { status: answer.status, url: url.href, text: await answer.text() };
    shown.push(seen);
    return seen;
  }

  return {
    shown,
    open: (url) => go(new URL(url)),
    submit: (page, path, filled = {}) => {
      const found = [...page.text.matchAll(/<form[^>]*action="([^"]+)"[^>]*>(.*?)<\/form>/gs)].find(
        ([, action]) => action === path,
      );
      if (found === undefined) throw new Error(`No form leads to ${path}: ${page.text}`);
      const fields = new URLSearchParams({ ...hiddenIn(found[2] ?? ''), ...filled });
      return go(new URL(path, page.url), { from: new URL(page.url).origin, fields });
    },
  };
}

/** What a form sends by itself: its hidden fields. */
function hiddenIn(form: string): Record<string, string> {
  const inputs = [...form.matchAll(/<input[^>]*type="hidden"[^>]*>/g)].map(([input]) => input);
  return Object.fromEntries(inputs.map((input) => [attribute(input, 'name'), attribute(input, 'value')]));
}

function attribute(tag: string, name: string): string {
  return new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1] ?? '';
}
