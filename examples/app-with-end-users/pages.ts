import type { Session } from './sessions.ts';

/** HTML, as against text, which is escaped. */
interface Markup {
  readonly html: string;
}

function html(strings: TemplateStringsArray, ...values: readonly (Markup | string | readonly Markup[])[]): Markup {
  const written = values.map((value) => {
    if (typeof value === 'string') return value.replaceAll(/[&<>"']/g, (sign) => `&#${sign.codePointAt(0)};`);
    return 'html' in value ? value.html : value.map((each) => each.html).join('');
  });
  return { html: String.raw({ raw: strings }, ...written) };
}

/** What one user sees: what is theirs. */
export interface Home {
  readonly session: Session;
  readonly name: string;
  readonly connections: readonly { readonly account: string | null; readonly status: string }[];
  readonly issues: readonly { readonly iid: number; readonly title: string }[];
  readonly wishes: readonly { readonly id: string; readonly title: string; readonly state: string }[];
  /** Where `connect.js` comes from. */
  readonly plugboard: string;
}

export function homePage({ session, name, connections, issues, wishes, plugboard }: Home): string {
  const form = (action: string, inside: Markup) =>
    html`<form method="post" action="${action}" id="${action.slice(1)}">
      <input type="hidden" name="form_token" value="${session.formToken}" />${inside}
    </form>`;
  const decide = (id: string) => form('/decide', html`<button name="id" value="${id}">Decide</button>`);
  return page(html`<p>Signed in as <b>${name}</b>.</p>
    ${form('/sign-out', html`<button>Sign out</button>`)} ${form('/forget', html`<button>Delete what is mine</button>`)}
    <h2>Accounts</h2>
    <ul>${connections.map(({ account, status }) => html`<li>GitLab: ${account ?? '…'} (${status})</li>`)}</ul>
    ${form('/connect', html`<button>Connect GitLab</button>`)}
    <h2>Issues of acme/api</h2>
    <ul>${issues.map(({ iid, title }) => html`<li>#${String(iid)} ${title}</li>`)}</ul>
    ${form('/issues', html`<input name="title" aria-label="Title" required maxlength="255" /><button>Open an issue</button>`)}
    <ul>${wishes.map(({ id, title, state }) => html`<li>${title}: <b>${state}</b>${state === 'waits for you' ? decide(id) : ''}</li>`)}</ul>
    <script src="${plugboard}/connect.js"></script><script src="/browser.js"></script>`);
}

export function signInPage(users: ReadonlyMap<string, string>): string {
  const buttons = [...users].map(([id, name]) => html`<button name="user" value="${id}">Sign in as ${name}</button>`);
  return page(html`<form method="post" action="/sign-in">${buttons}</form>`);
}

export function problemPage(message: string): string {
  return page(html`<p>${message}</p><p><a href="/">Back</a></p>`);
}

function page(body: Markup): string {
  return html`<!doctype html><html lang="en"><meta charset="utf-8" /><title>Issue desk</title><body><h1>Issue desk</h1>${body}</body></html>`
    .html;
}
