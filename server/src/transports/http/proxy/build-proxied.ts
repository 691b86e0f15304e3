import type { Connector } from '../../../catalog/connector.ts';
import { type InvalidTemplateValue, type TemplateValues } from '../../../catalog/templates/evaluate.ts';
import { renderHeaders } from '../../../catalog/templates/render-header.ts';
import { renderQuery } from '../../../catalog/templates/render-query.ts';
import { joinUrl, renderUrl } from '../../../catalog/templates/render-url.ts';
import { templateValues } from '../../../catalog/templates/template-values.ts';
import { acceptedCodings } from '../../../egress/exchange/decode.ts';
import type { JsonObject } from '../../../lib/json.ts';
import { Secret } from '../../../lib/secret.ts';
import type { Attachment, FixedParams } from '../../attachment.ts';
import type { Rejected } from '../../outcome.ts';
import { type CompiledHttp, compileHttp } from '../request/compile-http.ts';
import { mergeHeaders } from '../merge-headers.ts';
import { joinQueries, withoutNames, withParameters } from '../query-text.ts';
import { passHeaders } from './request-headers.ts';
import { wrongPath, wrongQuery } from './wrong-path.ts';

/** A request as its caller wrote it, but for the body. */
export interface AskedRequest {
  readonly method: string;
  /** Below the base address, percent-encoded as it came. */
  readonly path: string;
  /** As it came, without the question mark. */
  readonly query: string;
  /** By names in lower case; what is not for the provider is left out. */
  readonly headers: Readonly<Record<string, string>>;
}

/** What a raw request is built from. */
export interface ProxiedParts {
  readonly connector: Pick<Connector, 'http' | 'derived'>;
  /** The fields of the connection that are not secret. */
  readonly config: JsonObject;
  readonly publicUrl: string;
  readonly attachment: Attachment;
  readonly fixed: FixedParams;
  readonly asked: AskedRequest;
}

export interface ProxiedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The address that the path was put behind, without a slash at the end. */
  readonly base: string;
}

type Built<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly rejected: Rejected };

/**
 * The request of a caller as it goes to the provider, with its secrets in clear: hand it to egress and nowhere else. It stays
 * at the origin and below the path of `base_url` (S10). The connection's own headers and parameters count before the
 * caller's. Pure.
 */
export function buildProxied(parts: ProxiedParts): Built<ProxiedRequest> {
  const address = addressOf(parts);
  if (!address.ok) return address;
  const rendered = renderHeaders(address.value.http.headers, address.value.values);
  if (!rendered.ok) return misconfigured(rendered);
  const { attachment, fixed, asked } = parts;
  const passed = passHeaders(asked.headers);
  if (!passed.ok) return refuse(passed.message);
  const merged = mergeHeaders({
    auth: attachment.headers,
    fixed: fixed.headers,
    manifest: rendered.headers,
    call: { 'accept-encoding': acceptedCodings, ...passed.headers },
    body: undefined,
  });
  if (!merged.ok) return refuse(merged.message);
  const { url, base } = address.value;
  return { ok: true, value: { method: asked.method, url, base, headers: merged.headers } };
}

/** The address alone. */
export function addressOfProxied(parts: ProxiedParts): Built<string> {
  const address = addressOf(parts);
  return address.ok ? { ok: true, value: address.value.url } : address;
}

interface Address {
  readonly url: string;
  readonly base: string;
  readonly http: CompiledHttp;
  readonly values: TemplateValues;
}

function addressOf(parts: ProxiedParts): Built<Address> {
  const { connector, asked } = parts;
  if (connector.http === undefined) return refuse('This connector has no HTTP API to call.');
  const wrong = wrongPath(asked.path);
  if (wrong !== undefined) return refuse(`The path ${wrong}.`);
  const wrongInQuery = wrongQuery(asked.query);
  if (wrongInQuery !== undefined) return refuse(`The query ${wrongInQuery}.`);
  const http = compileHttp(connector.http);
  const values = templateValues(connector, { fields: parts.config, publicUrl: parts.publicUrl });
  const base = renderUrl(http.baseUrl, values);
  if (!base.ok) return misconfigured(base);
  const url = joinUrl(base.value, asked.path, queryOf(http, values, parts));
  if (!url.ok) return refuse(`The ${url.message}.`);
  return { ok: true, value: { url: clear(url.value), base: clear(base.value).replace(/\/$/, ''), http, values } };
}

/** What the caller says replaces what every call carries, what the connection fixes both, what proves who we are all of them. */
function queryOf(http: CompiledHttp, values: TemplateValues, { asked, fixed, attachment }: ProxiedParts): string {
  const shared = clear(renderQuery(http.query, values));
  const own = shared === '' ? '' : withoutNames(shared, [...new URLSearchParams(asked.query).keys()]);
  return withParameters(withParameters(joinQueries(own, asked.query), fixed.query), attachment.query);
}

function clear(text: string | Secret): string {
  return text instanceof Secret ? text.reveal() : text;
}

function misconfigured({ message }: InvalidTemplateValue): { readonly ok: false; readonly rejected: Rejected } {
  return refuse(`This connection cannot be used as it is set up: ${message}.`);
}

function refuse(message: string): { readonly ok: false; readonly rejected: Rejected } {
  return { ok: false, rejected: { status: 'rejected', reason: 'input', message } };
}
