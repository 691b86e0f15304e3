import { html } from '../frame/html.ts';
import { framed, type PageAnswer } from '../frame/page.ts';

/**
 * Takes a browser that sent a form on to the provider. A page and no redirect, because browsers hold each redirect of a form
 * against `form-action`, and a provider's own redirects cannot be listed (CSP 3 §6.4.2). Throws where it is no web address.
 */
export function onwardPage(address: string): PageAnswer {
  const { protocol, href, host } = new URL(address);
  if (protocol !== 'https:' && protocol !== 'http:') throw new Error(`A page of ours cannot lead to ${protocol}`);
  return framed({
    status: 200,
    title: `Taking you to ${host}`,
    onward: href,
    body: html`<p>If nothing happens, <a href="${href}">go on to ${host}</a>.</p>`,
  });
}
