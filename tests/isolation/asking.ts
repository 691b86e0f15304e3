import { expect } from 'vitest';
import type { Shown } from '../support/browsing.ts';
import type { ApiAnswer } from '../support/plugboard.ts';
import { type Connection, type Mark, mayCall, mayRead, type Reader } from './model.ts';
import type { ProviderCall } from './provider.ts';
import type { Browser, World } from './world.ts';

/** What is asked. */
export interface Asked {
  /** `GET /api/v1/me` */
  readonly to: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Asks the API with somebody's credential. Throws where the answer, or a call that came of it, is not theirs. */
export async function ask(world: World, reader: Reader, { to, body, headers }: Asked): Promise<ApiAnswer> {
  const from = isKnown(reader) ? {} : newAddress(world);
  const answer = await world.plugboard.call(to, {
    key: 'key' in reader ? reader.key : '',
    headers: { ...headers, ...from },
    ...(body !== undefined && { body }),
  });
  const sent = `${to} ${JSON.stringify(body ?? '')}`;
  checkShown(world, reader, { sent, ...answer });
  checkCalled(world, reader, sent);
  return answer;
}

/** Whether what somebody comes with is a credential that holds. */
export function isKnown(reader: Reader): boolean {
  return 'key' in reader && !(reader.kind === 'token' && reader.isOver);
}

/** As a proxy says where somebody came from: nobody else has come from there. */
function newAddress(world: World): { readonly 'x-forwarded-for': string } {
  world.strangers += 1;
  return { 'x-forwarded-for': `10.${[16, 8, 0].map((bits) => (world.strangers >> bits) & 255).join('.')}` };
}

/** Opens a page of ours, or sends a form of it. What it shows is held against the link that is open in that browser then. */
export async function visit(
  world: World,
  browser: Browser,
  { path, fields }: { readonly path: string; readonly fields?: Readonly<Record<string, string>> },
): Promise<Shown> {
  const reader = browser.page ?? { kind: 'nobody' as const };
  const shown = await (fields === undefined ? browser.open(path) : browser.send(path, fields));
  const sent = `${path} ${JSON.stringify(fields ?? {})}`;
  checkShown(world, reader, { sent, ...shown });
  checkCalled(world, reader, sent);
  return shown;
}

/** Throws where a webhook was told what its workspace may not know, of all that arrived since it was asked last. */
export function checkReceived(world: World): void {
  const { receiver, places } = world;
  for (const { path, body } of receiver.received.slice(world.heard)) {
    const place = places.find(({ id }) => path === `/${id}`);
    expect(place, `Nobody asked to be told at ${path}.`).toBeDefined();
    expectOwn(world, { kind: 'receiver', workspace: path.slice(1) }, { sent: path, given: body });
  }
  world.heard = receiver.received.length;
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
function expectOwn(
  { marks }: Pick<World, 'marks'>,
  reader: Reader,
  { sent, given }: { readonly sent: string; readonly given: string },
): void {
  const found = marks.foundIn(given).filter(({ text, mark }) => mark.of === 'secret' || !sent.includes(text));
  const foreign = found.filter(({ mark }) => !mayRead(reader, mark));
  if (foreign.length === 0) return;
  const what = foreign.map(({ text, mark }) => `${text} (${nameOf(mark)})`).join(', ');
  expect.fail(`${readerName(reader)} was shown ${what} by ${sent}\n${given}`);
}

/** A provider is read for whoever asks, and written to once for each call that was approved, whenever it gets to it. */
function checkCalled({ provider, made, places }: World, reader: Reader, sent: string): void {
  for (const call of provider.takeCalls()) {
    const known = [...made.connections, ...places.map(({ shared }) => shared)];
    const connection = known.find(({ providerToken }) => providerToken === call.token);
    const isMeant =
      connection !== undefined && (isApproved(made, connection, call) || isReading(reader, connection, call));
    expect(isMeant, `${sent} made a ${call.method} ${call.body} with the token of ${connection?.id}`).toBe(true);
  }
}

function isReading(reader: Reader, connection: Connection, { method }: ProviderCall): boolean {
  return method === 'GET' && mayCall(reader, connection);
}

function isApproved({ waiting }: World['made'], connection: Connection, { body }: ProviderCall): boolean {
  const meant = waiting.find((each) => each.connection === connection && body.includes(each.text));
  if (meant?.isApproved !== true || meant.isWritten) return false;
  meant.isWritten = true;
  return true;
}

function nameOf(mark: Mark): string {
  if ('endUser' in mark) return `${mark.of} of ${mark.endUser.externalId}`;
  if ('connection' in mark) return `${mark.of} of ${mark.connection.id}`;
  return 'waiting' in mark ? `${mark.of} of ${mark.waiting.id}` : mark.of;
}

/** Who it is, for a message. */
export function readerName(reader: Reader): string {
  if (reader.kind === 'page') return `the page of a link of ${reader.link.endUser.externalId}`;
  if (reader.kind === 'token') return `a token of ${reader.endUser.externalId} in ${reader.endUser.workspace}`;
  return 'workspace' in reader ? `${reader.kind} of ${reader.workspace}` : reader.kind;
}
