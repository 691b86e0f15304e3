import type { Connector } from '../../../catalog/connector.ts';
import { type JsonTemplate, parseJsonTemplate } from '../../../catalog/templates/json-template.ts';
import { parseEncoded, parseTemplate, type Template } from '../../../catalog/templates/template.ts';
import { parseUrl, type UrlTemplate } from '../../../catalog/templates/url-template.ts';

export type HttpBlock = NonNullable<Connector['http']>;

/** The parsed templates that every call to an HTTP API shares. */
export interface CompiledHttp {
  readonly baseUrl: UrlTemplate;
  readonly headers: readonly (readonly [string, Template])[];
  readonly query: JsonTemplate;
}

const compiled = new WeakMap<HttpBlock, CompiledHttp>();

/** Parses the templates of an HTTP block, once for as long as its manifest lives. */
export function compileHttp(http: HttpBlock): CompiledHttp {
  const known = compiled.get(http);
  if (known) return known;
  const fresh = {
    baseUrl: parseUrl(http.base_url),
    headers: Object.entries(http.headers).map(([name, text]) => [name.toLowerCase(), parseTemplate(text)] as const),
    query: parseJsonTemplate(http.query, parseEncoded),
  };
  compiled.set(http, fresh);
  return fresh;
}
