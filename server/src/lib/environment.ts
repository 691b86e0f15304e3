import { readFileSync } from 'node:fs';
import { Secret } from './secret.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Reads variables one by one and collects what is wrong with them instead of stopping at the first. */
export interface Reader {
  readonly problems: string[];
  /** Those that values were read from so far. */
  readonly files: string[];
  text(name: string): string | undefined;
  secret(name: string, pattern?: RegExp, complaint?: string): Secret | undefined;
  number(name: string, range: { readonly least: number; readonly most: number }): number | undefined;
  numberOrOff(name: string): number | 'off' | undefined;
  flag(name: string): boolean;
  choice<const Choice extends string>(name: string, choices: readonly Choice[]): Choice | undefined;
  list(name: string): string[];
  /** An http or https origin with an optional path, without a slash at the end. */
  webUrl(name: string): string | undefined;
  /** The same, as it is written: an issuer is compared to the letter, and some end with a slash (OpenID Connect Core §2). */
  issuer(name: string): string | undefined;
  /** `45s`, `10m`, `12h`, `30d` in milliseconds. */
  duration(name: string): number | undefined;
  /** The names that are set and match, each with its first group; `NAME_FILE` counts as `NAME`. */
  named(pattern: RegExp): [name: string, part: string][];
}

/** A reader over the environment. Empty values count as absent; `NAME_FILE` names a file whose content is the value. */
export function readEnvironment(env: Environment): Reader {
  const problems: string[] = [];
  const files: string[] = [];
  const text = (name: string): string | undefined => valueOf(env, name, { problems, files });
  const complain = (name: string, complaint: string): undefined => void problems.push(`${name} ${complaint}`);
  const parse = <T>(name: string, read: (value: string) => T | undefined, complaint: string): T | undefined => {
    const value = text(name);
    return value === undefined ? undefined : (read(value) ?? complain(name, complaint));
  };
  return {
    problems,
    files,
    text,
    secret: (name, pattern = /^/, complaint = '') =>
      parse(name, (value) => (pattern.test(value) ? new Secret(value) : undefined), complaint),
    number: (name, { least, most }) =>
      parse(name, (value) => wholeNumber(value, least, most), `must be a whole number from ${least} to ${most}.`),
    numberOrOff: (name) =>
      parse(
        name,
        (value) => (value === 'off' ? value : wholeNumber(value, 1, 10_000_000)),
        'must be a whole number from 1, or off.',
      ),
    flag: (name) => parse(name, (value) => flags.get(value.toLowerCase()), 'must be on or off.') ?? false,
    choice: (name, choices) =>
      parse(name, (value) => choices.find((choice) => choice === value), `must be one of: ${choices.join(', ')}.`),
    list: (name) =>
      (text(name) ?? '')
        .split(',')
        .map((part) => part.trim())
        .filter(Boolean),
    webUrl: (name) => parse(name, webUrl, noWebUrl),
    issuer: (name) => parse(name, (value) => (webUrl(value) === undefined ? undefined : value), noWebUrl),
    duration: (name) => parse(name, durationMs, 'must be a number with a unit, e.g. 12h or 30d.'),
    named: (pattern) =>
      namesIn(env).flatMap((name) => (pattern.exec(name)?.[1] ? [[name, pattern.exec(name)?.[1] ?? '']] : [])),
  };
}

const noWebUrl = 'must be an http:// or https:// address without query, user or fragment.';

const flags = new Map([
  ['on', true],
  ['true', true],
  ['1', true],
  ['off', false],
  ['false', false],
  ['0', false],
]);

function valueOf(
  env: Environment,
  name: string,
  { problems, files }: Pick<Reader, 'problems' | 'files'>,
): string | undefined {
  const [direct, file] = [env[name]?.trim(), env[`${name}_FILE`]?.trim()];
  if (direct && file) problems.push(`${name} and ${name}_FILE are both set. Keep one of them.`);
  if (direct || !file) return direct || undefined;
  files.push(file);
  try {
    return readFileSync(file, 'utf8').trim() || undefined;
  } catch (cause) {
    problems.push(
      `${name}_FILE names ${file}, which cannot be read (${cause instanceof Error && 'code' in cause ? cause.code : 'unknown reason'}).`,
    );
    return undefined;
  }
}

function wholeNumber(value: string, least: number, most: number): number | undefined {
  const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
  return number >= least && number <= most ? number : undefined;
}

function webUrl(value: string): string | undefined {
  const url = URL.parse(value);
  const plain = url && /^https?:$/.test(url.protocol) && !url.search && !url.hash && !url.username && !url.password;
  return plain ? url.href.replace(/\/+$/, '') : undefined;
}

const units = new Map([
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);

function durationMs(value: string): number | undefined {
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(value) ?? [];
  return count && unit ? Number(count) * (units.get(unit) ?? 0) || undefined : undefined;
}

function namesIn(env: Environment): string[] {
  const names = Object.keys(env)
    .filter((name) => env[name])
    .map((name) => name.replace(/_FILE$/, ''));
  return [...new Set(names)].sort();
}
