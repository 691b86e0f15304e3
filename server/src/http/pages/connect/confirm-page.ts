import type { ConfirmFacts } from '../../../connections/sign-in/sign-in-page.ts';
import { foreign, html, type Markup } from '../frame/html.ts';
import { framed, type PageAnswer } from '../frame/page.ts';
import { factList } from '../frame/parts.ts';
import { plugs, scopeList } from './connect-parts.ts';
import { notYou } from './not-you.ts';

/** Shows whose account came back; only a press of the button makes it count (S8). */
export function confirmPage(facts: ConfirmFacts): PageAnswer {
  const { connector, workspace, label, person, scopes, token } = facts;
  const path = `/connect/${encodeURIComponent(token)}`;
  return framed({
    status: 200,
    title: `Is this your ${connector.name} account?`,
    heading: html`Is this your ${foreign(connector.name)} account?`,
    picture: plugs(facts, 'loose'),
    body: html`${factList([
      ['Account', account(facts)],
      ['Workspace', foreign(workspace)],
      ['Label', foreign(label)],
      ['Granted', scopeList(scopes, 'It does not say')],
    ])}
      ${another(facts)}
      <form method="post" action="${path}/confirm">
        <div class="buttons">
          <button class="button" type="submit" name="accept" value="no">No, discard it</button>
          <button class="button main" type="submit" name="accept" value="yes">Yes, connect it</button>
        </div>
      </form>`,
    foot: notYou(person, path),
  });
}

function account({ identity, connector }: ConfirmFacts): Markup {
  if (identity !== null) return html`<span class="who">${foreign(identity)}</span>`;
  return html`${foreign(connector.name)} does not say. It is whoever you signed in as there just now.`;
}

/** Said loudly: whatever uses the connection will act for somebody else from now on. */
function another({ before, connector }: ConfirmFacts): Markup | undefined {
  if (before === null) return undefined;
  return html`<div class="notice wrong" role="alert">
    <p>
      Until now this connection was ${foreign(before)}. If you go on, everything that uses it acts for the other account
      at ${foreign(connector.name)}.
    </p>
  </div>`;
}
