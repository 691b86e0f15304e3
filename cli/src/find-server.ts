import type { Environment } from './command.ts';
import { profileFile, readProfile, usualProfile } from './profiles.ts';
import { findKey, type FoundKey, serverUrl } from './settings.ts';
import { UsageError } from './show-error.ts';

/** How a command names its server. */
export interface ServerWish {
  readonly url?: string | undefined;
  readonly 'key-file'?: string | undefined;
  readonly profile?: string | undefined;
}

/** The server that is meant, and the key for it where one was found. */
export interface FoundServer {
  readonly url: string;
  readonly found: FoundKey | undefined;
}

/**
 * Which server is meant: the profile that is named, then what options and environment say of a server, then the profile
 * somebody signed in to, then the one on this machine. The key of a profile goes to its own server alone.
 */
export function findServer(env: Environment, wish: ServerWish): FoundServer {
  if (wish.profile !== undefined) return named(env, wish.profile, wish);
  const name = env['PLUGBOARD_PROFILE']?.trim() || undefined;
  if (!speaksOfServer(env, wish)) {
    if (name !== undefined) return named(env, name, wish);
    const usual = fromProfile(env, usualProfile);
    if (usual) return usual;
  }
  const url = serverUrl(env, wish.url);
  return { url, found: findKey(env, { url, keyFile: wish['key-file'] }) ?? keyFor(env, url, name ?? usualProfile) };
}

/** What the server is told to be by, or the key, in options or environment. */
const variables = ['URL', 'KEY', 'ADMIN_KEY'].flatMap((name) => [`PLUGBOARD_${name}`, `PLUGBOARD_${name}_FILE`]);
const ofTheServerItself = ['PLUGBOARD_PUBLIC_URL', 'PLUGBOARD_PORT', 'PLUGBOARD_DATA_DIR'];

function speaksOfServer(env: Environment, { url, 'key-file': keyFile }: ServerWish): boolean {
  if (url !== undefined || keyFile !== undefined) return true;
  return [...variables, ...ofTheServerItself].some((name) => Boolean(env[name]?.trim()));
}

function named(env: Environment, name: string, wish: ServerWish): FoundServer {
  if (wish.url !== undefined || wish['key-file'] !== undefined)
    throw new UsageError('A profile has an address and a key of its own: leave --url and --key-file away.');
  const found = fromProfile(env, name);
  if (found) return found;
  throw new UsageError(`There is no profile "${name}". Make it: plugboard login --profile ${name}`);
}

function fromProfile(env: Environment, name: string): FoundServer | undefined {
  const profile = readProfile(env, name);
  if (!profile) return undefined;
  return { url: profile.url, found: { key: profile.key, source: profileFile(env, name) } };
}

function keyFor(env: Environment, url: string, name: string): FoundKey | undefined {
  const profile = fromProfile(env, name);
  return profile && new URL(profile.url).origin === new URL(url).origin ? profile.found : undefined;
}
