import type { Answer } from '../misbehaviour.ts';

/** A page of a provider, as a browser shows it. */
export function page(title: string, content: string, { status = 200, headers = {} } = {}): Answer {
  const body = `<!doctype html><html lang="en"><meta charset="utf-8"><title>${escape(title)}</title><main><h1>${escape(title)}</h1>${content}</main></html>`;
  return { status, body, headers: { 'content-type': 'text/html; charset=utf-8', ...headers } };
}

/** Asks who it is. The form goes to the address it is shown at. */
export function signInPage(provider: string, problem?: string): Answer {
  return page(
    `Sign in to ${provider}`,
    `${problem === undefined ? '' : `<p role="alert">${escape(problem)}</p>`}
<form method="post">
<label>User name <input name="username" autocomplete="username" required></label>
<label>Password <input name="password" type="password" autocomplete="current-password" required></label>
<button>Sign in</button>
</form>`,
  );
}

export interface Consent {
  readonly provider: string;
  readonly app: string;
  readonly person: string;
  readonly scopes: readonly string[];
  /** Whether each scope is granted by itself. */
  readonly granular: boolean;
}

/** Asks whether an app may. */
export function consentPage({ provider, app, person, scopes, granular }: Consent, headers = {}): Answer {
  const items = scopes.map((scope) =>
    granular
      ? `<li><label><input type="checkbox" name="scope" value="${escape(scope)}" checked> ${escape(scope)}</label></li>`
      : `<li>${escape(scope)}</li>`,
  );
  return page(
    `${app} wants to use your ${provider} account`,
    `<p>Signed in as <strong>${escape(person)}</strong></p>
<form method="post">
<ul>${items.join('')}</ul>
<button name="decision" value="allow">Allow</button>
<button name="decision" value="deny">Cancel</button>
</form>`,
    { headers },
  );
}

/** What goes wrong where nobody can be sent back. */
export function errorPage(title: string, text: string): Answer {
  return page(title, `<p role="alert">${escape(text)}</p>`, { status: 400 });
}

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
