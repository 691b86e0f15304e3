import { macOf } from './mac.ts';

/**
 * The names under which people enter the chain. What is sealed is a record with its people under pseudonyms: so somebody can be
 * erased from the record later, by putting the pseudonym where the name was, and the seal still holds.
 */
export interface Pseudonyms {
  /** The pseudonym of an id or an e-mail address; a pseudonym is its own. */
  of(identity: string): string;
  /** A text with a pseudonym for every id and e-mail address in it. */
  within(text: string): string;
  /** A text with pseudonyms for these people alone, whom `within` would have found. */
  without(text: string, identities: ReadonlySet<string>): string;
}

const pseudonym = /^erased-[A-Za-z0-9_-]{22}$/;
/** A UUID, or something of the form of an e-mail address: bounded, so that no text takes long. */
const identities =
  /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[^\s"'\\<>()[\]{},:;=/@]{1,64}@[^\s"'\\<>()[\]{},:;=/@]{1,255}/gi;
const kept = 10_000;

/** Pseudonyms that only the holder of the key can make, the same for the same person every time (128 bits of HMAC-SHA-256). */
export function createPseudonyms(key: Buffer): Pseudonyms {
  const known = new Map<string, string>();

  function of(identity: string): string {
    if (pseudonym.test(identity)) return identity;
    const name = identity.toLowerCase();
    const found = known.get(name) ?? `erased-${macOf(key, ['person', name]).toString('base64url').slice(0, 22)}`;
    if (known.size >= kept) known.clear();
    known.set(name, found);
    return found;
  }

  return {
    of,
    within: (text) => text.replace(identities, of),
    without: (text, people) =>
      text.replace(identities, (identity) => (people.has(identity.toLowerCase()) ? of(identity) : identity)),
  };
}
