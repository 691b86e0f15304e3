import type { Failure } from '../../../errors.ts';
import { html, type Markup } from '../frame/html.ts';
import { framed, type PageAnswer } from '../frame/page.ts';
import { field, hidden, problem } from '../frame/parts.ts';
import { refusalHeaders } from '../sign-in/password-sign-in.ts';

/** Where the token of an invitation is sent to be looked at. */
export const openPath = '/join/open';

interface OpenFacts {
  readonly failure?: Failure;
  /** What was pasted, where it can be tried again. */
  readonly token?: string;
}

/** Asks for the link of an invitation, for whoever has no script that takes it from the address bar. */
export function openPage({ failure, token }: OpenFacts = {}): PageAnswer {
  const isAboutToken = failure !== undefined && failure.code !== 'RATE_LIMITED';
  return framed({
    status: failure?.status ?? 200,
    title: failure === undefined ? 'Join a workspace' : 'Join a workspace: try again',
    heading: html`Join a workspace`,
    headers: failure === undefined ? {} : refusalHeaders(failure),
    body: html`<p>Paste the link of your invitation. You see what it is for before anything happens.</p>
      ${!isAboutToken && problem(failure?.message)}
      <form method="post" action="${openPath}" data-opens-invitation>
        ${field({ name: 'token', label: 'Invitation', type: 'text', autocomplete: 'off', value: token, hint: whatToPaste, most: 2000, wrong: isAboutToken ? failure.message : undefined })}
        <div class="buttons"><button class="button main" type="submit">Continue</button></div>
      </form>`,
    foot: html`No invitation yet? Somebody who is an admin here can make one.`,
  });
}

const whatToPaste = html`The whole link, or the part of it behind <code>#</code>.`;

/** Opens another invitation from a page that shows one already; our script alone sends it. */
export const openForm: Markup = html`<form method="post" action="${openPath}" data-opens-invitation hidden>
  ${hidden('token', '')}
</form>`;
