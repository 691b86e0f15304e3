import { Failure } from '../../errors.ts';
import type { Unfit } from '../../storage/fitness/why-unfit.ts';
import type { Storage } from '../../storage/storage.ts';

const sentences: Readonly<Record<Unfit, string>> = {
  disk_full: 'The disk of the database is full, so nothing can be written. Make room; it goes on by itself.',
  disk_nearly_full: 'The disk of the database is nearly full, so nothing is begun. Make room; it goes on by itself.',
  database_read_only: 'The database takes no writes at present. It goes on by itself when the database does.',
  database_unavailable: 'The database does not answer at present. Try again in a moment.',
};
const reading: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);
const retryAfterSeconds = 5;

/** What a request is told while the database cannot do it: nothing was done, and it may be sent again (R17). */
export function refusalWhile(unfit: Unfit, cause?: unknown): Failure {
  const extras = { details: { reason: unfit }, retryAfter: retryAfterSeconds, cause };
  return new Failure('PROVIDER_UNAVAILABLE', sentences[unfit], extras);
}

/** Throws where a request may write and the database cannot: better before it has begun than in the middle. Reads go on. */
export function refuseWhileUnfit({ unfit }: Pick<Storage, 'unfit'>, method: string): void {
  if (unfit !== undefined && !reading.has(method)) throw refusalWhile(unfit);
}
