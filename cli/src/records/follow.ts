import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from '../../../sdk/src/index.ts';
import { writeOut } from '../terminal.ts';

/** A list of which the newest come first, and how its items are shown. */
export interface Followed<T> {
  page(cursor: string | undefined): Promise<Page<T>>;
  /** Without its line end. */
  line(item: T): string;
  /** How many of those that are there already are shown. */
  readonly lines: number;
  /** Whether to go on with those that come. */
  readonly goesOn: boolean;
}

const pauseMs = 1_000;
/** Pages that are looked through for what came since the last look. */
const mostPages = 20;
const mostRemembered = 10_000;

/** Writes items a line each, oldest first, as they come. Resolves to 0 when there are no more to come, or nobody reads them any more. */
export async function follow<T extends { readonly id: string }>(list: Followed<T>): Promise<number> {
  const seen = new Set<string>();
  let isFirst = true;
  for (;;) {
    const fresh = await newOnes(list, seen, isFirst);
    for (const { id } of fresh) seen.add(id);
    for (const id of [...seen].slice(0, -mostRemembered)) seen.delete(id);
    const items =
      isFirst && Number.isFinite(list.lines) ? fresh.slice(fresh.length - Math.min(list.lines, fresh.length)) : fresh;
    const text = items.map((item) => `${list.line(item)}\n`).join('');
    if (text !== '' && !(await writeOut(text))) return 0;
    if (!list.goesOn) return 0;
    isFirst = false;
    await sleep(pauseMs);
  }
}

/** What nobody has seen yet, oldest first. Goes back as far as is wanted, or to the first page that has something known. */
async function newOnes<T extends { readonly id: string }>(
  { page, lines }: Followed<T>,
  seen: ReadonlySet<string>,
  isFirst: boolean,
): Promise<readonly T[]> {
  const found: T[] = [];
  let cursor: string | undefined;
  for (let pages = 0; pages < mostPages; pages += 1) {
    const { data, next_cursor: next } = await page(cursor);
    const fresh = data.filter(({ id }) => !seen.has(id));
    found.push(...fresh);
    cursor = next ?? undefined;
    const isFar = isFirst ? found.length >= lines : fresh.length < data.length;
    if (cursor === undefined || isFar) break;
  }
  return found.toReversed();
}
