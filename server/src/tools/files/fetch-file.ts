import type { Context } from '../../context.ts';
import { EgressError, type EgressStream } from '../../egress/egress.ts';
import { fileLimits } from '../../files/file.ts';
import type { KeptFile } from '../../files/file-store.ts';
import { readMediaType } from '../../files/media-type.ts';
import { nameOfAnswer } from '../../transports/http/answer/answer-name.ts';
import { keepOnce } from './keep-once.ts';

/** Why nothing was fetched, as the end of a sentence about the file. */
export class NotFetched extends Error {}

export interface FetchWish {
  readonly url: string;
  readonly name?: string | undefined;
  readonly media_type?: string | undefined;
}

const longestMs = 30_000;

/**
 * Fetches a file from an address as anybody would: without a credential of any connection, through the guard and at every
 * redirect again, at most 50 MiB in 30 s. Throws `NotFetched`, and the failures of keeping it.
 */
export async function fetchFile(ctx: Context, wish: FetchWish): Promise<KeptFile> {
  if (!isPlain(wish.url)) throw new NotFetched('needs an http or https address without a user name in it');
  try {
    const answer = await ctx.egress.stream({
      method: 'GET',
      url: wish.url,
      headers: { accept: '*/*' },
      redirects: 5,
      maxBytes: fileLimits.bytesEach,
      timeoutMs: longestMs,
      signal: ctx.signal,
    });
    return await keepAnswer(ctx, wish, answer);
  } catch (error) {
    if (error instanceof EgressError) throw new NotFetched(`could not be fetched: ${error.message}`, { cause: error });
    throw error;
  }
}

function isPlain(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) return false;
  return url.username === '' && url.password === '';
}

async function keepAnswer(ctx: Context, wish: FetchWish, answer: EgressStream): Promise<KeptFile> {
  const { status, headers, body } = answer;
  try {
    if (status < 200 || status > 299) throw new NotFetched(`could not be fetched: its address answered ${status}`);
    const mediaType = wish.media_type ?? readMediaType(headers['content-type']);
    return await keepOnce(ctx, { name: wish.name ?? nameOfAnswer(answer), mediaType, bytes: body });
  } finally {
    body.destroy();
  }
}
