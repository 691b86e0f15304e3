import type { AskFacts } from '../../../connections/sign-in/sign-in-page.ts';
import { foreign, html } from '../frame/html.ts';
import { framed, type PageAnswer } from '../frame/page.ts';
import { factList } from '../frame/parts.ts';
import { plugs, scopeList } from './connect-parts.ts';
import { notYou } from './not-you.ts';

/** Asks before anybody is sent to the provider: what for, by whose wish, and where it leads (S8). Showing it changes nothing (S18). */
export function askPage(facts: AskFacts): PageAnswer {
  const { connector, workspace, label, askedBy, person, scopes, token } = facts;
  const path = `/connect/${encodeURIComponent(token)}`;
  return framed({
    status: 200,
    title: `Connect ${connector.name}`,
    heading: html`Connect ${foreign(connector.name)}?`,
    picture: plugs(facts, 'loose'),
    body: html`<p>Whoever may use this connection can then do in your account what you allow on the next page.</p>
      ${factList([
        ['Workspace', foreign(workspace)],
        ['Label', foreign(label)],
        ['Asked for by', foreign(askedBy)],
        ['Asks for', scopeList(scopes, 'Whatever it gives by itself')],
        ['Leads to', leadsTo(facts)],
      ])}
      <form method="post" action="${path}">
        <div class="buttons">
          <button class="button main" type="submit">Continue to ${foreign(connector.name)}</button>
        </div>
      </form>
      <p class="quiet">If you did not expect this, close the page: nothing has happened.</p>`,
    foot: notYou(person, path),
  });
}

function leadsTo({ leadsTo, connector }: AskFacts) {
  return leadsTo === null ? html`The sign-in of ${foreign(connector.name)}` : foreign(new URL(leadsTo).host);
}
