import type { Context } from '../../context.ts';
import type { Credentials } from '../../credentials/seal-credentials.ts';
import { Failure } from '../../errors.ts';
import { argumentOf } from '../../files/file-argument.ts';
import { keepFile } from '../../files/keep-file.ts';
import { readMediaType } from '../../files/media-type.ts';
import { readFile } from '../../files/read-file.ts';
import { seeFile } from '../../files/see-file.ts';
import type { KeepBytes } from '../../transports/http/answer/answer-file.ts';
import { createByteRedactor } from '../../transports/http/proxy/redact-bytes.ts';
import type { ReadBytes } from '../../transports/http/request/write-upload.ts';

/** Keeps what a provider answered as a file of the caller's, without the connection's secrets (S25). */
export function keepBytes(ctx: Context, { secrets }: Pick<Credentials, 'secrets'>): KeepBytes {
  return async ({ name, mediaType, bytes }) => {
    const redactor = createByteRedactor(Object.values(secrets)).stream('utf8');
    const clean = redactor === undefined ? bytes : bytes.compose(redactor);
    try {
      return argumentOf(await keepFile(ctx, { name, mediaType: readMediaType(mediaType), bytes: clean }));
    } catch (error) {
      if (error instanceof Failure) return `What the provider answered was not kept: ${error.message}`;
      throw error;
    }
  };
}

/** Reads a file among the arguments of a call: the caller's, and the one that was settled on. */
export function readBytes(ctx: Context): ReadBytes {
  return async function* ({ ref, sha256 }) {
    const file = await seeFile(ctx, ref);
    if (file.sha256 !== sha256) throw new Error(`The file ${ref} is another one than was settled on.`);
    yield* readFile(ctx, file);
  };
}
