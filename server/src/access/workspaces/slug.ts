import { Failure } from '../../errors.ts';

/** The slug somebody chose, or one made from the name: 1 to 40 of `a-z 0-9 -`. Throws BAD_REQUEST where neither gives one. */
export function slugFor({ slug, name }: { readonly slug?: string | undefined; readonly name: string }): string {
  const text = slug ?? slugOf(name);
  if (/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/.test(text)) return text;
  throw new Failure(
    'BAD_REQUEST',
    'A slug has 1 to 40 lower-case letters, digits and dashes, e.g. "support-team". Choose one.',
  );
}

function slugOf(name: string): string {
  const plain = name.normalize('NFKD').toLowerCase();
  return plain
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replace(/^-/, '')
    .slice(0, 40)
    .replace(/-$/, '');
}
