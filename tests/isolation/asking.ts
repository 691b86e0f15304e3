import { expect } from 'vitest';
import type { Shown } from '../support/browsing.ts';
import type { ApiAnswer } from '../support/plugboard.ts';
import { type Account, type Mark, mayCall, mayRead, type Reader, workspaceOf } from './model.ts';
import type { Browser, World } from './world.ts';

/** What is asked. */
export interface Asked {
  /** `GET /api/v1/me` */
  readonly to: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** An account that this may call although its credential may not: somebody approved that. */
  readonly calls?: Account;
  /** What is sent may be kept where everybody of the workspace finds it. */
  readonly keeps?: true;
}

/** Asks the API with somebody's credential. Throws where the answer, or a call that came of it, is not theirs. */
export async function ask(world: World, reader: Reader, asked: Asked): Promise<ApiAnswer> {
  const { to, body, headers = {}, calls, keeps } = asked;
  const key = 'key' in reader ? reader.key : '';
  const answer = await world.plugboard.call(to, { key, headers, ...(body !== undefined && { body }) });
  const sent = `${to} ${JSON.stringify(body ?? '')}`;
  if (keeps) for (const { text } of world.marks.foundIn(sent)) world.said.add(`${workspaceOf(reader)} ${text}`);
  checkShown(world, reader, { sent, ...answer });
  checkCalled(world, (account) => account === calls || mayCall(reader, account), sent);
  return answer;
}

/** A page, or a form of it. */
export interface Visited {
  readonly path: string;
  readonly fields?: Readonly<Record<string, string>>;
  readonly calls?: Account;
}

/** Opens a page of ours, or sends a form of it, in a browser. What it shows is held against the link that is open in it then. */
export async function visit(world: World, browser: Browser, { path, fields, calls }: Visited): Promise<Shown> {
  const shown = await (fields === undefined ? browser.open(path) : browser.send(path, fields));
  const sent = `${path} ${JSON.stringify(fields ?? {})}`;
  checkShown(world, browser.page ?? { kind: 'nobody' }, { sent, ...shown });
  checkCalled(world, (account) => account === calls, sent);
  return shown;
}

interface Answered {
  readonly sent: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
}

function checkShown(world: World, reader: Reader, { sent, status, headers, text }: Answered): void {
  expect(status, `${sent}: ${text}`).toBeLessThan(500);
  const given = `${JSON.stringify({ ...headers, 'set-cookie': undefined })}\n${text}`;
  expectOwn(world, reader, { sent, given });
}

/** Throws where a text holds what is not this reader's. What they sent themselves is no news to them, unless it is a secret. */
export function expectOwn(
  { marks, said }: Pick<World, 'marks' | 'said'>,
  reader: Reader,
  { sent, given }: { readonly sent: string; readonly given: string },
): void {
  const isNews = ({ text, mark }: { text: string; mark: Mark }) =>
    mark.of === 'secret' || !(sent.includes(text) || said.has(`${workspaceOf(reader)} ${text}`));
  const foreign = marks.foundIn(given).filter((found) => isNews(found) && !mayRead(reader, found.mark));
  if (foreign.length === 0) return;
  const what = foreign.map(({ text, mark }) => `${text} (${nameOf(mark)})`).join(', ');
  expect.fail(`${readerName(reader)} was shown ${what} by ${sent}\n${given}`);
}

function checkCalled({ provider, made, places }: World, isAllowed: (account: Account) => boolean, sent: string): void {
  for (const { token, method } of provider.takeCalls()) {
    const known = [...made.accounts, ...places.flatMap(({ shared, personal }) => [shared, personal])];
    const account = known.find(({ providerToken }) => providerToken === token);
    if (account === undefined || !isAllowed(account))
      expect.fail(`${sent} made a ${method} with the token of ${account?.id ?? 'nobody who is known'}`);
  }
}

function nameOf(mark: Mark): string {
  if ('endUser' in mark) return `${mark.of} of ${mark.endUser.externalId}`;
  if ('account' in mark) return `${mark.of} of ${mark.account.id}`;
  return 'waiting' in mark ? `${mark.of} of ${mark.waiting.id}` : mark.of;
}

/** Who it is, for a message. */
export function readerName(reader: Reader): string {
  if (reader.kind === 'page') return `the page of a link of ${reader.link.endUser.externalId}`;
  if (reader.kind === 'token') return `a token of ${reader.endUser.externalId} in ${reader.endUser.workspace}`;
  return 'workspace' in reader ? `${reader.kind} of ${reader.workspace}` : reader.kind;
}
