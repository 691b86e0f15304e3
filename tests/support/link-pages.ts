import { expect } from 'vitest';
import type { Browsing, Shown } from './browsing.ts';
import type { Plugboard } from './plugboard.ts';

/** A form of a page: where it goes, and what it says by itself. */
export interface PageForm {
  readonly action: string;
  readonly hidden: Readonly<Record<string, string>>;
}

/** The form of a page that is posted. */
export function formOf({ text, status }: Pick<Shown, 'text' | 'status'>): PageForm {
  const form = /<form method="post" action="([^"]+)"[\s\S]*?<\/form>/.exec(text);
  if (form === null) throw new Error(`The page has no form: ${status} ${text}`);
  const inputs = [...form[0].matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)];
  const hidden = Object.fromEntries(inputs.map(([, name = '', value = '']) => [name, plain(value)]));
  return { action: plain(form[1] ?? ''), hidden };
}

/** Text of a page as a reader sees it. */
export function plain(text: string): string {
  return text.replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
}

/** The path and query of an address of ours. */
export function pathIn(address: string): string {
  const { pathname, search } = new URL(address);
  return `${pathname}${search}`;
}

/** Sends the form of a page, filled in, and goes where that leads among our own pages. */
export async function fillIn(
  browser: Browsing,
  page: Shown,
  fields: Readonly<Record<string, string>> = {},
): Promise<Shown> {
  const { action, hidden } = formOf(page);
  return follow(browser, await browser.send(action, { ...hidden, ...fields }));
}

/** Opens a link as a person does: looks, and presses the button. */
export async function openTheLink(browser: Browsing, url: string): Promise<Shown> {
  return fillIn(browser, await browser.open(pathIn(url)));
}

async function follow(browser: Browsing, shown: Shown): Promise<Shown> {
  return shown.to?.startsWith('/') === true ? browser.open(shown.to) : shown;
}

/** The address of the provider that a page leads on to. */
export function onwardOf({ text }: Pick<Shown, 'text'>): string {
  return plain(/<meta http-equiv="refresh" content="0; url=([^"]+)"/.exec(text)?.[1] ?? '');
}

/** A link as the API makes it. */
export interface LinkMade {
  readonly id: string;
  readonly url: string;
}

/** Makes a link for an end user, as the app with this key. */
export async function makeLink({ call }: Pick<Plugboard, 'call'>, key: string, body: object): Promise<LinkMade> {
  const made = await call('POST /api/v1/connect-links', { key, body: { end_user: { id: 'u_1' }, ...body } });
  expect(made.status, made.text).toBe(201);
  return { id: String(made.body['id']), url: String(made.body['url']) };
}
