import { visibleText } from '../../../approvals/visible-text.ts';
import { foreign, html, type Markup } from './html.ts';

/** A page of ours, before it is framed. */
export interface Page {
  readonly status: number;
  /** What its tab is called, and its heading where `heading` says nothing else. */
  readonly title: string;
  readonly heading?: Markup;
  readonly body: Markup;
  /** Stands above the heading. */
  readonly picture?: Markup;
  /** Below the page, quietly. */
  readonly foot?: Markup;
  /** Where a browser goes on to by itself, at once: an http(s) address. */
  readonly onward?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The language it is written in (BCP 47). Default: English. */
  readonly lang?: string;
  /** Whose page it is, where it is not ours. */
  readonly look?: Look;
}

/** What a page of an app looks like instead of ours. */
export interface Look {
  readonly name: string;
  /** A `data:` address of a picture. */
  readonly logo: string | null;
  /** The path of a style sheet of ours with its colours. */
  readonly sheet: string | null;
}

/** An answer to a browser, as the edge sends it. */
export interface PageAnswer {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Each one is a `Set-Cookie` header of its own. */
  readonly cookies?: readonly string[];
}

export const styleAddress = '/pages/style.css';
export const scriptAddress = '/pages/page.js';

/** What our pages may do (S12): nothing inline, nothing from elsewhere, framed by nobody, their forms sent to us alone. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "style-src 'self'",
  "script-src 'self'",
  "img-src 'self' data:",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ');

/** The page with everything around it, ready to be sent. */
export function framed(page: Page): PageAnswer {
  return {
    status: page.status,
    body: String(document(page)),
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': contentSecurityPolicy,
      // Browsers send `Origin: null` with the forms of a page that has no referrer at all; other origins still get none (S19).
      'referrer-policy': page.onward === undefined ? 'same-origin' : 'no-referrer',
      ...page.headers,
    },
  };
}

function document(page: Page): Markup {
  const sheet = page.look?.sheet ?? null;
  return html`<!doctype html>
    <html lang="${page.lang ?? 'en'}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        ${page.onward !== undefined && html`<meta http-equiv="refresh" content="${`0; url=${page.onward}`}" />`}
        <title>${visibleText(page.title)} · ${visibleText(page.look?.name ?? 'Plugboard')}</title>
        <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="${styleAddress}" />
        ${sheet !== null && html`<link rel="stylesheet" href="${sheet}" />`}
        <script src="${scriptAddress}" type="module"></script>
      </head>
      <body>
        <header class="top">${page.look === undefined ? ours(page) : theirs(page.look)}</header>
        <main>
          ${page.picture}
          <h1>${page.heading ?? visibleText(page.title)}</h1>
          ${page.body}
        </main>
        ${page.foot && html`<footer class="bottom">${page.foot}</footer>`}
      </body>
    </html> `;
}

function ours({ picture }: Page): Markup {
  return html`${picture === undefined && mark}<span>Plugboard</span>`;
}

function theirs({ name, logo }: Look): Markup {
  return html`${logo !== null && html`<img class="logo" src="${logo}" alt="" />`}<span>${foreign(name)}</span>`;
}

/** Two jacks, plugged into two others. */
export const mark = html`<svg viewBox="0 0 32 32" aria-hidden="true">
  <rect width="32" height="32" rx="6" fill="#23272c" />
  <g fill="none" stroke="#e3b25c" stroke-width="2.5" stroke-linecap="round">
    <path d="M9 10c0 8 14 4 14 12" />
    <path d="M23 10v2" />
    <path d="M9 20v2" />
  </g>
  <g fill="#f4efe4">
    <circle cx="9" cy="8.5" r="3" />
    <circle cx="23" cy="8.5" r="3" />
    <circle cx="9" cy="23.5" r="3" />
    <circle cx="23" cy="23.5" r="3" />
  </g>
</svg>`;
