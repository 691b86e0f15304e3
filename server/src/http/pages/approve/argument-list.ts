import { visibleJson, visibleLines, visibleText } from '../../../approvals/visible-text.ts';
import type { Json, JsonObject } from '../../../lib/json.ts';
import { html, type Markup } from '../frame/html.ts';

/** Everything that would be sent, whole: texts as they read, everything else as JSON, what cannot be seen written out. */
export function argumentList(args: JsonObject): Markup {
  return html`<dl class="sent">
    ${Object.entries(args).map(
      ([name, value]) =>
        html`<div>
          <dt><code>${visibleText(name)}</code></dt>
          <dd>${shown(value)}</dd>
        </div>`,
    )}
  </dl>`;
}

/** An empty text would look like nothing was sent. The first line feed in it is not shown (HTML, §13.1.2.5): it is ours. */
function shown(value: Json): Markup {
  const isText = typeof value === 'string' && value !== '';
  const text = isText ? visibleLines(value) : JSON.stringify(visibleJson(value), null, 2);
  return html`<pre dir="auto" ${!isText && html` class="json"`}>${`\n${text}`}</pre>`;
}
