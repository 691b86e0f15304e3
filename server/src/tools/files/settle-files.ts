import { z } from 'zod';
import { type FileArguments, fileArguments, largestInline, mostFiles } from '../../catalog/input/file-arguments.ts';
import type { Context } from '../../context.ts';
import { argumentOf, type FileArgument } from '../../files/file-argument.ts';
import { cleanFileName } from '../../files/file-name.ts';
import { readMediaType } from '../../files/media-type.ts';
import { seeFile } from '../../files/see-file.ts';
import { Failure } from '../../errors.ts';
import { pointer } from '../../lib/json-pointer.ts';
import type { JsonObject } from '../../lib/json.ts';
import type { Rejected } from '../../transports/outcome.ts';
import type { CheckedArguments } from '../check-arguments.ts';
import type { FoundTool } from '../specs/found-tool.ts';
import { fetchFile, NotFetched } from './fetch-file.ts';
import { keepOnce } from './keep-once.ts';

/**
 * The arguments with every file in them settled: kept here, and named by its reference, its size and the digest of its bytes,
 * so that what a person approves is what is sent (S13). An address is fetched now, as anybody would fetch it. Settling what
 * is settled changes nothing. Rejects what is nobody's file, has other bytes than it says, or cannot be fetched.
 */
export async function settleFiles(
  ctx: Context,
  { spec, fixed }: Pick<FoundTool, 'spec' | 'fixed'>,
  args: JsonObject,
): Promise<CheckedArguments> {
  const files = fileArguments(fixed.input ?? spec.input);
  if (files.size === 0) return { arguments: args };
  const given = givenIn(files, args);
  if (given.length > mostFiles) return { rejected: rejectFile('', `A call takes at most ${mostFiles} files.`) };
  let settled = args;
  for (const place of given) {
    const file = await settleOne(ctx, place.value);
    if (typeof file === 'string') return { rejected: rejectFile(place.path, file) };
    settled = replaced(settled, place, file);
  }
  return { arguments: settled };
}

/** A form of a file, as the schema of its tool has let it through. */
const form = z.object({
  ref: z.string().optional(),
  url: z.string().optional(),
  base64: z.string().optional(),
  name: z.string().optional(),
  media_type: z.string().optional(),
  sha256: z.string().optional(),
});
type Form = z.output<typeof form>;

/** A file where it stands: as an argument, or in a list that is one. */
interface Given {
  readonly name: string;
  readonly index?: number;
  /** JSON Pointer. */
  readonly path: string;
  readonly value: unknown;
}

function givenIn(files: FileArguments, args: JsonObject): readonly Given[] {
  return [...files].flatMap(([name, how]): readonly Given[] => {
    const value = args[name];
    if (value === undefined) return [];
    if (how === 'one' || !Array.isArray(value)) return [{ name, path: pointer(name), value }];
    return value.map((each, index) => ({ name, index, path: pointer(name, index), value: each }));
  });
}

function replaced(args: JsonObject, { name, index }: Given, file: FileArgument): JsonObject {
  const list = args[name];
  return { ...args, [name]: Array.isArray(list) && index !== undefined ? list.with(index, file) : file };
}

/** The file, or a sentence about what is wrong with it. */
async function settleOne(ctx: Context, value: unknown): Promise<FileArgument | string> {
  const given = form.parse(value);
  const mediaType = given.media_type === undefined ? undefined : readMediaType(given.media_type);
  if (given.media_type !== undefined && mediaType === undefined) return 'has a malformed media_type';
  try {
    const kept = await keptFile(ctx, { ...given, media_type: mediaType });
    if (typeof kept === 'string') return kept;
    const named = given.name === undefined ? kept : { ...kept, name: cleanFileName(given.name) };
    const file = mediaType === undefined ? named : { ...named, media_type: mediaType };
    return given.sha256 === undefined || given.sha256 === file.sha256 ? file : 'has other bytes than its sha256 says';
  } catch (error) {
    if (error instanceof NotFetched) return error.message;
    if (error instanceof Failure) return asReason(error.message);
    throw error;
  }
}

async function keptFile(ctx: Context, given: Form): Promise<FileArgument | string> {
  if (given.ref !== undefined) return argumentOf(await seeFile(ctx, given.ref));
  if (given.url !== undefined) return argumentOf(await fetchFile(ctx, { ...given, url: given.url }));
  const bytes = inlineBytes(given.base64 ?? '');
  if (bytes === undefined) return 'has a base64 that is none';
  if (bytes.length > largestInline) return 'is larger than 256 KiB: upload it and give its ref';
  const file = { name: given.name ?? 'file', mediaType: given.media_type, bytes: once(bytes) };
  return argumentOf(await keepOnce(ctx, file));
}

/** Strict (RFC 4648 §4): what some readers skip would make others read something else. */
function inlineBytes(base64: string): Buffer | undefined {
  const bytes = Buffer.from(base64, 'base64');
  return bytes.toString('base64') === base64 ? bytes : undefined;
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

function asReason(sentence: string): string {
  return `cannot be used: ${sentence}`;
}

function rejectFile(path: string, message: string): Rejected {
  const sentence = path === '' ? message : `The file ${path} ${message.replace(/\.?$/, '.')}`;
  return { status: 'rejected', reason: 'input', message: sentence, problems: [{ path, message }] };
}
