import { z } from 'zod';
import type { StoredFile } from './file.ts';

/** A file as an argument of a call, once it is settled which: kept here, with the digest of its bytes. */
export const fileArgument = z.object({
  ref: z.string(),
  name: z.string(),
  media_type: z.string(),
  size: z.int(),
  sha256: z.string(),
});

export type FileArgument = z.output<typeof fileArgument>;

/** A kept file as an argument. */
export function argumentOf({ id, name, mediaType, size, sha256 }: StoredFile): FileArgument {
  return { ref: id, name, media_type: mediaType, size, sha256 };
}
