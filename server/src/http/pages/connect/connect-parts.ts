import type { SignInFacts } from '../../../connections/sign-in/sign-in-page.ts';
import { visibleText } from '../../../approvals/visible-text.ts';
import { html, type Markup } from '../frame/html.ts';
import { mark } from '../frame/page.ts';

/** Our mark and the connector's, with the cord between them: loose while nothing counts yet. */
export function plugs({ connector }: SignInFacts, state: 'loose' | 'in'): Markup {
  const logo = `/brand/${encodeURIComponent(connector.id)}.svg`;
  return html`<div class="plugs ${state}">
    ${mark}<span class="cord"></span><img src="${logo}" alt="" width="48" height="48" />
  </div>`;
}

/** What is asked of the provider, or was granted by it, one to a line. */
export function scopeList(scopes: readonly string[], otherwise: string): Markup {
  if (scopes.length === 0) return html`${otherwise}`;
  return html`<ul class="scopes">
    ${scopes.map((scope) => html`<li><code>${breakable(scope)}</code></li>`)}
  </ul>`;
}

/** Long scopes are addresses: they break where an address does. */
function breakable(scope: string): Markup {
  return html`<bdi
    >${visibleText(scope)
      .split(/(?<=[/.:])/)
      .map((part) => html`${part}<wbr />`)}</bdi
  >`;
}
