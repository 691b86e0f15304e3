import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type { Tables } from './schema.ts';

/** Milliseconds for which an answer is kept: whoever asks for `/readyz` all the time costs no more than one write a second. */
const keptMs = 1_000;

/** Asks the database for a durable write, because a disk can be full while reads go on (R17). Throws where it fails. */
export function pingOf(writer: Kysely<Tables>): () => Promise<void> {
  let answer: Promise<void> | undefined;
  let askedAt = 0;
  return () => {
    if (answer === undefined || performance.now() - askedAt >= keptMs) {
      askedAt = performance.now();
      answer = writeOnce(writer);
    }
    return answer;
  };
}

async function writeOnce(writer: Kysely<Tables>): Promise<void> {
  await sql`insert into instance (name, value) values ('ping', '') on conflict (name) do update set value = ''`.execute(
    writer,
  );
}
