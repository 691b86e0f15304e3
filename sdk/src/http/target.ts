/** Where requests go and as whom: what `createPlugboard` is given. */
export interface PlugboardOptions {
  /** An API key, a user token or a JWT; a function is asked before every request, so that a token can be renewed. */
  readonly key: string | (() => string | Promise<string>);
  /** Default `http://localhost:7400`. The environment is never read. */
  readonly url?: string | undefined;
  /** Milliseconds for a whole answer with everything that is tried again. Default 60 s: a write may wait 45 s for a person. */
  readonly timeoutMs?: number | undefined;
  /** How often a request is sent again that could not be served or never arrived. Default 2; 0 switches it off. */
  readonly retries?: number | undefined;
  /** Id or slug of the workspace, where the key is of several. */
  readonly workspace?: string | undefined;
  readonly fetch?: Fetch | undefined;
}

/** As much of `fetch` as is needed here. */
export type Fetch = (address: string, init: RequestInit) => Promise<Response>;

/** The same, checked, with its defaults. */
export interface Target {
  readonly url: string;
  readonly timeoutMs: number;
  readonly retries: number;
  readonly workspace: string | undefined;
  readonly fetch: Fetch;
  key(): Promise<string>;
}

/** Checks the options. Throws `TypeError` for an address or a key that cannot be one. */
export function readTarget(options: PlugboardOptions): Target {
  const { key, timeoutMs = 60_000, retries = 2, workspace, fetch = globalThis.fetch } = options;
  if (typeof key === 'string') checkKey(key);
  return {
    url: readUrl(options.url ?? (options.url === undefined ? 'http://localhost:7400' : '')),
    timeoutMs,
    retries,
    workspace,
    // Called alone, because a browser's fetch is none of another object's methods.
    fetch: (address, init) => fetch(address, init),
    key: async () => (typeof key === 'string' ? key : checkKey(await key())),
  };
}

/** A header's own complaint would quote the key. */
function checkKey(key: string): string {
  if (/^[\x21-\x7e]+$/.test(key)) return key;
  throw new TypeError('The key must be one word of printable ASCII.');
}

function readUrl(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed && /^https?:$/.test(parsed.protocol) && !parsed.username && !parsed.password)
    return `${parsed.origin}${parsed.pathname.replace(/\/+$/, '')}`;
  throw new TypeError('The url must be an http:// or https:// address without user and password.');
}
