import { broughtKeys } from '../../meant/brought-values.ts';
import type { Manifest } from '../../connector.ts';
import type { Capture } from '../../format/oauth.ts';
import type { Piece } from '../../templates/template.ts';
import { parseUrl } from '../../templates/url-template.ts';
import { namesIn } from './check-templates.ts';
import type { Finding, KeyPath } from '../manifest-problem.ts';
import type { TemplateSite } from '../template-site.ts';
import { templateSites } from '../template-sites.ts';

/** Values that signing in brings are told apart from the rest, are there when they are used, and lead tokens nowhere (S1). */
export function checkCaptures(manifest: Manifest): readonly Finding[] {
  const captures = capturesIn(manifest);
  return [...captures.flatMap((capture) => checkCapture(capture, manifest)), ...checkEarly(manifest)];
}

interface Placed {
  readonly path: KeyPath;
  readonly name: string;
  readonly capture: Capture;
}

function capturesIn({ oauth, exchange }: Manifest): readonly Placed[] {
  return (
    [
      ['oauth', oauth],
      ['exchange', exchange],
    ] as const
  ).flatMap(([block, part]) =>
    Object.entries(part?.captures ?? {}).map(([name, capture]) => ({ path: [block, 'captures', name], name, capture })),
  );
}

function checkCapture({ path, name, capture }: Placed, manifest: Manifest): Finding[] {
  const { from, pattern } = capture;
  const isField = manifest.fields.some(({ key }) => key === name);
  const fits = pattern === undefined ? undefined : readPattern(pattern);
  const formed = addressesFormed(name, manifest);
  const rules: readonly (readonly [boolean, KeyPath, string])[] = [
    [name === 'access_token' || name === 'assertion', [], 'is a name of ours'],
    [isField, [], 'is the name of a field, too'],
    [pattern !== undefined && fits === undefined, ['pattern'], 'is not a regular expression'],
    [path[0] === 'exchange' && from === 'callback', ['from'], 'an exchange has no callback'],
    [
      formed.length > 0 && from === 'callback',
      ['from'],
      'forms an address, and anybody can write what a callback says',
    ],
    [
      formed.length > 0 && pattern === undefined,
      ['pattern'],
      'is missing: the value forms an address that tokens go to',
    ],
    [
      fits !== undefined && formed.some((foreign) => fits.test(foreign)),
      ['pattern'],
      'lets an address of anybody’s through: write the end of the host into it',
    ],
  ];
  return rules.filter(([broken]) => broken).map(([, rest, message]) => ({ path: [...path, ...rest], message }));
}

function readPattern(pattern: string): RegExp | undefined {
  try {
    return new RegExp(`^(?:${pattern})$`, 'u');
  } catch {
    return undefined;
  }
}

/** For each address that a value forms, one of anybody’s that it must not be; empty text where the end of the host is written out. */
function addressesFormed(name: string, manifest: Manifest): readonly string[] {
  return templateSites(manifest)
    .filter(({ at }) => at === 'url')
    .flatMap(({ text }) => {
      const origin = originOf(text);
      const at = origin.findIndex(
        (piece) => typeof piece !== 'string' && meant(piece.name, manifest).includes(`field.${name}`),
      );
      if (at < 0) return [];
      const isBounded = origin.slice(at + 1).some((piece) => typeof piece === 'string' && /\.[a-z]/i.test(piece));
      return [isBounded ? '' : at === 0 ? 'https://evil.example' : 'evil.example'];
    });
}

function originOf(text: string): readonly Piece[] {
  try {
    return parseUrl(text).origin;
  } catch {
    return [];
  }
}

/** What a reference comes down to: itself, and what a derived value is made of. */
function meant(name: string, { derived }: Pick<Manifest, 'derived'>, depth = 0): readonly string[] {
  const text = name.startsWith('derived.') && depth < 20 ? derived[name.slice('derived.'.length)] : undefined;
  return text === undefined ? [name] : namesIn(text).flatMap((each) => meant(each, { derived }, depth + 1));
}

/** What is needed to sign in cannot be made of what signing in brings. */
function checkEarly(manifest: Manifest): Finding[] {
  const brought = new Set(broughtKeys(manifest).map((key) => `field.${key}`));
  return templateSites(manifest)
    .filter(isEarly)
    .flatMap(({ path, text }) => {
      const late = namesIn(text).find((name) => meant(name, manifest).some((each) => brought.has(each)));
      return late === undefined ? [] : [{ path, message: `\${${late}} is not known before somebody has signed in` }];
    });
}

const late = /^(attach|identity|setup|refresh_params|revocation|token_headers)$/;

function isEarly({ path: [block, part], at }: TemplateSite): boolean {
  if (block === 'oauth') return !late.test(String(part)) || (part === 'revocation' && at === 'url');
  return block === 'exchange' && part !== 'attach';
}
