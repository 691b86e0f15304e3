import type { ClosingFacts } from '../../../connections/sign-in/sign-in-page.ts';
import { foreign, html } from '../frame/html.ts';
import { framed, type PageAnswer } from '../frame/page.ts';
import { plugs } from './connect-parts.ts';

/** The end: whose account it is. Its script tells whoever waits the connection's id and the result, and nothing else (S19). */
export function closingPage(facts: ClosingFacts): PageAnswer {
  const { connector, workspace, identity, connectionId } = facts;
  return framed({
    status: 200,
    title: `${connector.name} is connected`,
    heading: html`${foreign(connector.name)} is connected`,
    picture: plugs(facts, 'in'),
    body: html`<div data-connection="${connectionId}" data-result="connected">
      ${identity !== null && html`<p>The account is <strong>${foreign(identity)}</strong>.</p>`}
      <p>The connection is in the workspace ${foreign(workspace)}. You can close this window.</p>
    </div>`,
  });
}
