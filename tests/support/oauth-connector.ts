import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRecord } from '../../server/src/lib/json.ts';
import { parseYaml } from '../../server/src/catalog/manifest/parse-yaml.ts';
import { catalogFolder } from './catalog-folder.ts';

/** What a connector of the operator's is called that is like a shipped one, but speaks to an emulator. */
export function emulatedId(id: string): string {
  return `${id}-emulated`;
}

/**
 * The manifest of a shipped connector with an emulator in the place of every address it speaks to, whatever their hosts:
 * paths stay. Values it captures may be on this machine. `change` has the last word.
 */
export function oauthConnector(
  id: string,
  url: string,
  { as = emulatedId(id), change = (manifest: Manifest): Manifest => manifest } = {},
): string {
  const file = join(import.meta.dirname, '../../connectors', id, 'connector.yaml');
  const yaml = parseYaml(readFileSync(file, 'utf8'));
  if (!yaml.ok || !isRecord(yaml.data)) throw new Error(`connectors/${id} is broken.`);
  const moved = moveRecord(yaml.data, url);
  // JSON is YAML (YAML 1.2 §1.3).
  return JSON.stringify(change({ ...moved, id: as, name: `${String(moved['name'])} (emulated)` }), null, 2);
}

export type Manifest = Readonly<Record<string, unknown>>;

/**
 * A folder for `catalogDirs` with an emulated connector for each shipped one: `oauthCatalog({ github: github.url })` holds
 * `github-emulated`. What we ship is never replaced (S9), so they have ids of their own.
 */
export function oauthCatalog(emulators: Readonly<Record<string, string>>): string {
  return catalogFolder(
    Object.fromEntries(Object.entries(emulators).map(([id, url]) => [emulatedId(id), oauthConnector(id, url)])),
  );
}

const addressKeys = new Set([
  'authorization_url',
  'token_url',
  'refresh_url',
  'revocation_url',
  'device_authorization_url',
  'issuer',
  'base_url',
  'url',
  'aud',
  'default',
]);
/** Links for people, which nothing of ours follows. */
const leftAlone = new Set(['setup', 'docs_url', 'help']);

function moveRecord(record: Readonly<Record<string, unknown>>, url: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, move(key, value, url)]));
}

function move(key: string, value: unknown, url: string): unknown {
  if (leftAlone.has(key)) return value;
  if (key === 'captures' && isRecord(value)) return unbound(value);
  if (typeof value === 'string') return addressKeys.has(key) ? moveText(value, url) : value;
  if (Array.isArray(value)) return value.map((item) => move(key, item, url));
  return isRecord(value) ? moveRecord(value, url) : value;
}

/** Hosts with values in them, and addresses a filter falls back to, included. */
function moveText(text: string, url: string): string {
  return text.replaceAll(/https:\/\/(?:\$\{[^{}]*\}|[^/|{}\s])+/g, url);
}

/** A captured address may be any of this machine. */
function unbound(captures: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const bound = ([name, capture]: [string, unknown]): [string, unknown] =>
    isRecord(capture) && typeof capture['pattern'] === 'string' && capture['pattern'].startsWith('https')
      ? [name, { ...capture, pattern: String.raw`http:\/\/127\.0\.0\.1:\d+` }]
      : [name, capture];
  return Object.fromEntries(Object.entries(captures).map(bound));
}
