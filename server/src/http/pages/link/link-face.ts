import type { EndUser } from '../../../access/end-users/end-user-store.ts';
import type { App } from '../../../context.ts';
import { nameOfWorkspace } from '../../../connections/sign-in/visited-sign-in.ts';
import { findBrand, plainBrand } from '../../../links/brand/brand-store.ts';
import { foreign, html, type Markup } from '../frame/html.ts';
import { framed, type Look, type Page, type PageAnswer } from '../frame/page.ts';
import { sheetAddress } from './colour-sheet.ts';
import type { Speaker } from './words/say.ts';
import { speak } from './words/speak.ts';

/** How the pages of one link look and speak. */
export interface Face extends Pick<Speaker, 'say' | 'text'> {
  readonly lang: string;
  readonly look: Look | undefined;
  /** The app, as its end users know it. */
  readonly app: string;
}

/** The looks of a workspace and the language that was chosen; ours where it is not known whose link it is. */
export async function faceOf(
  { storage }: Pick<App, 'storage'>,
  { workspaceId, locale, accepted }: FaceWish,
): Promise<Face> {
  const speaker = speak(locale, accepted);
  if (workspaceId === undefined) return faceWith(speaker, { name: 'Plugboard', brand: undefined });
  const db = storage.workspace(workspaceId);
  const [brand, name] = await Promise.all([findBrand(db), nameOfWorkspace({ db })]);
  return faceWith(speaker, { name: brand.name ?? name, brand });
}

/** Whose link it is, and what is known of the language of its reader. */
export interface FaceWish {
  readonly workspaceId?: string | undefined;
  readonly locale?: string | null | undefined;
  /** The header `Accept-Language`. */
  readonly accepted: string | undefined;
}

interface Looks {
  readonly name: string;
  readonly brand: typeof plainBrand | undefined;
}

/** A face of a speaker: what it is called, and its brand. */
export function faceWith({ lang, say, text }: Speaker, { name, brand }: Looks): Face {
  const colour = brand?.colour ?? null;
  const sheet = colour === null ? null : sheetAddress(colour);
  return { lang, say, text, app: name, look: brand && { name, logo: brand.logo, sheet } };
}

/** A page in this face. It keeps the window that opened it, which is on another origin and waits to be told. */
export function facePage(face: Face, page: Omit<Page, 'lang' | 'look'>): PageAnswer {
  const { lang, look } = face;
  const headers = { ...keepsOpener, 'content-language': lang, ...page.headers };
  return framed({ ...page, lang, ...(look && { look }), headers });
}

/** HTML, §7.1.3: with our usual `same-origin`, be it of a redirect, a window of another origin would be cut off. */
const keepsOpener = { 'cross-origin-opener-policy': 'unsafe-none' } as const;

/** An answer that leaves the window that opened this one where it is. */
export function keepingOpener(answer: PageAnswer): PageAnswer {
  return { ...answer, headers: { ...answer.headers, ...keepsOpener } };
}

/** Who it is for, and what to do if that is somebody else: a link that was sent to the wrong person shows it. */
export function forWhom({ say }: Face, endUser: Pick<EndUser, 'externalId' | 'name' | 'email'>): Markup {
  const { externalId, name, email } = endUser;
  const known = [name, email].filter((each) => each !== null);
  const shown =
    known.length === 0
      ? foreign(externalId)
      : html`${known.map((each, at) => html`${at > 0 && ', '}${foreign(each)}`)}`;
  return html`${say('for')}: <strong>${shown}</strong>. ${say('not_you')}`;
}

/** A text of the catalog or of a provider, which is in English whatever the page is in. */
export function english(text: string): Markup {
  return html`<span lang="en">${foreign(text)}</span>`;
}
