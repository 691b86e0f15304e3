import type { Vault } from '../vault/vault.ts';
import { type Opening, openCredentials } from './open-credentials.ts';
import type { Credentials } from './seal-credentials.ts';

type Recent = Map<string, Promise<Credentials>>;

const keptMs = 60_000;
const most = 10_000;
const recentOf = new WeakMap<Vault, Recent>();

/**
 * The secrets of a connection as it is configured now, opened at most a minute ago: calls in a row open them once. They leave
 * the memory after that minute, whether or not anybody asks again.
 */
export function openRecently(
  opening: Opening,
  connection: { readonly id: string; readonly generation: number; readonly credentialsVersion: number },
): Promise<Credentials> {
  const recent = recentOf.get(opening.vault) ?? new Map<string, Promise<Credentials>>();
  recentOf.set(opening.vault, recent);
  const key = `${opening.db.workspaceId}:${connection.id}:${connection.generation}.${connection.credentialsVersion}`;
  return recent.get(key) ?? open(recent, key, openCredentials(opening, connection.id));
}

function open(recent: Recent, key: string, opened: Promise<Credentials>): Promise<Credentials> {
  const forget = (): void => {
    if (recent.get(key) === opened) recent.delete(key);
  };
  recent.set(key, opened);
  opened.catch(forget);
  setTimeout(forget, keptMs).unref();
  const [oldest] = recent.keys();
  if (recent.size > most && oldest !== undefined) recent.delete(oldest);
  return opened;
}
