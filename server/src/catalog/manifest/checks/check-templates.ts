import { isRecord } from '../../../lib/json.ts';
import { accessToken, broughtKeys } from '../../meant/brought-values.ts';
import type { Connector, Manifest } from '../../connector.ts';
import { didYouMean } from '../../did-you-mean.ts';
import { parseTemplate, type Piece, type Reference, referencesIn } from '../../templates/template.ts';
import { parseUrl } from '../../templates/url-template.ts';
import type { Finding } from '../manifest-problem.ts';
import type { TemplateSite } from '../template-site.ts';
import { templateSites } from '../template-sites.ts';

/** Every template names things that exist, in a place where they may stand; no secret decides where secrets go (S1). */
export function checkTemplates(manifest: Manifest, source: Connector['source']): readonly Finding[] {
  const secrets = secretNames(manifest);
  return templateSites(manifest).flatMap((site) => checkSite(site, { manifest, source, secrets }));
}

/** The names of secret fields and of derived values made of them, as templates write them. */
function secretNames({ fields, derived }: Manifest): ReadonlySet<string> {
  const names = new Set(fields.filter((field) => field.secret).map(({ key }) => `field.${key}`));
  names.add(`field.${accessToken}`).add('field.assertion');
  for (const [key, text] of Object.entries(derived)) {
    if (namesIn(text).some((name) => names.has(name))) names.add(`derived.${key}`);
  }
  return names;
}

/** What a text refers to: `field.token`; nothing where it is malformed. */
export function namesIn(text: string): readonly string[] {
  try {
    return referencesIn(parseTemplate(text)).map(({ name }) => name);
  } catch {
    return [];
  }
}

interface Knowledge {
  readonly manifest: Manifest;
  readonly source: Connector['source'];
  readonly secrets: ReadonlySet<string>;
}

function checkSite(site: TemplateSite, knowledge: Knowledge): Finding[] {
  try {
    const url = site.at === 'url' ? parseUrl(site.text) : undefined;
    const messages = [
      ...referencesIn(url ?? parseTemplate(site.text)).flatMap((reference) =>
        checkReference(reference, site, knowledge),
      ),
      ...(url ? checkAddress(url.origin, site.text, knowledge) : []),
      ...(site.at === 'path' ? checkPath(site.text) : []),
    ];
    return messages.map((message) => ({ path: site.path, message }));
  } catch (error) {
    return [{ path: site.path, message: error instanceof Error ? error.message : 'is not a template' }];
  }
}

function checkReference(reference: Reference, site: TemplateSite, { manifest, secrets }: Knowledge): string[] {
  const { root, key, name } = reference;
  if (!site.roots.includes(root)) return [`\${${name}} has no meaning here; there is ${site.roots.join(', ')}`];
  const known = [...knownKeys(root, site, manifest), ...alsoKnown(root, site)];
  if (!known.includes(key)) return [`\${${name}} names nothing that exists${didYouMean(key, known)}`];
  if (!site.secrets && secrets.has(name)) return [`\${${name}} is secret and may not stand here; it goes under "auth"`];
  const misplaced =
    site.at === 'text' && reference.filters.find((filter) => filter.name === 'segments' || filter.name === 'slashes');
  return misplaced ? [`the filter "${misplaced.name}" is for paths`] : [];
}

function alsoKnown(root: Reference['root'], { also = [] }: TemplateSite): readonly string[] {
  return also.filter((name) => name.startsWith(`${root}.`)).map((name) => name.slice(root.length + 1));
}

function knownKeys(root: Reference['root'], site: TemplateSite, manifest: Manifest): readonly string[] {
  const { fields, derived } = manifest;
  if (root === 'field') return [...fields.map(({ key }) => key), ...broughtKeys(manifest)];
  if (root === 'config') return ['public_url'];
  if (root === 'arg') return isRecord(site.tool?.input['properties']) ? Object.keys(site.tool.input['properties']) : [];
  const keys = Object.keys(derived);
  return site.path[0] === 'derived' ? keys.slice(0, keys.indexOf(String(site.path[1]))) : keys;
}

/** What decides the origin is no secret; it is a plain address where the manifest decides, and a `url` field where a person does. */
function checkAddress(origin: readonly Piece[], text: string, { manifest, source, secrets }: Knowledge): string[] {
  const secret = origin.find((piece) => typeof piece !== 'string' && secrets.has(piece.name));
  if (typeof secret === 'object') return [`\${${secret.name}} is secret and may not decide where secrets go`];
  const [first] = origin;
  if (typeof first !== 'object') return checkScheme(text, source);
  const field = first.root === 'field' ? manifest.fields.find(({ key }) => key === first.key) : undefined;
  return field && field.type !== 'url'
    ? [`\${${first.name}} stands for a whole address, so the field needs "type: url"`]
    : [];
}

/** What we ship talks https; an operator may have something inside that does not. */
function checkScheme(text: string, source: Connector['source']): string[] {
  const allowed = source === 'built-in' ? /^https:\/\/[^/@]*(\/|$)/ : /^https?:\/\/[^/@]*(\/|$)/;
  const scheme = source === 'built-in' ? 'https://' : 'https:// or http://';
  return allowed.test(text) ? [] : [`must begin with ${scheme} and hold no user name`];
}

const base = 'https://plugboard.invalid';

function checkPath(text: string): string[] {
  const probe = text.replace(/\$\{[^{}]*\}/g, 'x');
  const plain = probe.startsWith('/') && URL.parse(probe, base)?.href === base + probe && !/[?#]/.test(probe);
  return plain
    ? []
    : ['must be a plain path: a slash first, no "?", "#", "." or ".."; what follows a "?" goes under "query"'];
}
