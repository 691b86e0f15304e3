import type { Connector, Operation } from '../../catalog/connector.ts';
import { type CompiledOperation, compileOperation } from '../../catalog/templates/compile-operation.ts';
import { asText, type InvalidTemplateValue, type TemplateValues } from '../../catalog/templates/evaluate.ts';
import { fillJson } from '../../catalog/templates/json-template.ts';
import { renderHeaders } from '../../catalog/templates/render-header.ts';
import { renderPath } from '../../catalog/templates/render-path.ts';
import { renderQuery } from '../../catalog/templates/render-query.ts';
import { joinUrl, renderUrl } from '../../catalog/templates/render-url.ts';
import { templateValues } from '../../catalog/templates/template-values.ts';
import type { EgressRequest } from '../../egress/egress.ts';
import type { JsonObject } from '../../lib/json.ts';
import { Secret } from '../../lib/secret.ts';
import { type Attachment, type FixedParams, nothingFixed } from '../attachment.ts';
import type { Rejected } from '../outcome.ts';
import { type CompiledHttp, compileHttp } from './compile-http.ts';
import { mergeHeaders } from './merge-headers.ts';
import { withoutNames } from './query-text.ts';

/** What a request is built from. */
export interface RequestParts {
  readonly connector: Pick<Connector, 'http' | 'derived'>;
  readonly operation: Operation;
  /** The fields of the connection that are not secret. */
  readonly config: JsonObject;
  /** Ours, without a slash at the end. */
  readonly publicUrl: string;
  readonly args: JsonObject;
  readonly attachment: Attachment;
  /** What the connection puts into every call. Default: nothing. */
  readonly fixed?: FixedParams;
  /** Headers that this call alone asks for. */
  readonly headers?: Readonly<Record<string, string>>;
}

export type BuiltRequest =
  | { readonly ok: true; readonly request: EgressRequest }
  | { readonly ok: false; readonly rejected: Rejected };

/**
 * The request that carries a call, with its secrets in clear: hand it to egress and nowhere else. Its origin and path
 * prefix are those of `base_url`, whatever the arguments hold (S10); whether secrets may go there is the caller's to check
 * before anything is attached (S1). Headers: auth before what is fixed before manifest before call. Pure.
 */
export function buildRequest(parts: RequestParts): BuiltRequest {
  const { connector, operation } = parts;
  if (connector.http === undefined) return refuse('This connector has no HTTP API to call.');
  const [http, templates] = [compileHttp(connector.http), compileOperation(operation)];
  const values = {
    ...templateValues(connector, { fields: parts.config, publicUrl: parts.publicUrl }),
    arg: parts.args,
  };
  const { attachment, fixed = nothingFixed } = parts;
  const url = urlOf({ http, templates, values, attachment, fixed });
  if (!url.ok) return refuseValue(url, fixed);
  const rendered = renderHeaders([...http.headers, ...templates.headers], values);
  if (!rendered.ok) return refuseValue(rendered, fixed);
  const body = bodyOf(operation, templates, values);
  const headers = mergeHeaders({
    auth: attachment.headers,
    fixed: fixed.headers,
    manifest: rendered.headers,
    call: parts.headers ?? {},
    body: body?.type,
  });
  if (!headers.ok) return refuse(headers.message);
  return {
    ok: true,
    request: { method: operation.method, url: url.value, headers: headers.headers, body: body?.text },
  };
}

interface UrlParts {
  readonly http: CompiledHttp;
  readonly templates: CompiledOperation;
  readonly values: TemplateValues;
  readonly attachment: Attachment;
  readonly fixed: FixedParams;
}

function urlOf({ http, templates, ...parts }: UrlParts): { ok: true; value: string } | InvalidTemplateValue {
  const base = renderUrl(http.baseUrl, parts.values);
  if (!base.ok) return base;
  const path = renderPath(templates.path, parts.values);
  if (!path.ok) return path;
  const url = joinUrl(base.value, path.value, queryOf({ http, templates, ...parts }));
  return url.ok ? { ok: true, value: clear(url.value) } : url;
}

/** What the operation says replaces what every call carries, what the connection fixes both, what proves who we are all of them. */
function queryOf({ http, templates, values, attachment, fixed }: UrlParts): string {
  const own = clear(renderQuery(templates.query, values));
  const shared = withoutNames(clear(renderQuery(http.query, values)), [...new URLSearchParams(own).keys()]);
  return withParameters(withParameters(joined([shared, own]), fixed.query), attachment.query);
}

/** The query with these parameters in the place of any other of their names. */
function withParameters(query: string, parameters: Readonly<Record<string, string | Secret>>): string {
  const names = Object.keys(parameters);
  if (names.length === 0) return query;
  const own = Object.entries(parameters).map(([name, value]) => `${encode(name)}=${encode(clear(value))}`);
  return joined([withoutNames(query, names), ...own]);
}

function joined(parts: readonly string[]): string {
  return parts.filter((text) => text !== '').join('&');
}

interface Body {
  readonly type: string;
  readonly text: string;
}

function bodyOf(operation: Operation, { body }: CompiledOperation, values: TemplateValues): Body | undefined {
  if (body === undefined) return undefined;
  if (operation.body_type === 'form') {
    return { type: 'application/x-www-form-urlencoded', text: clear(renderQuery(body, values)) };
  }
  const { value } = fillJson(body, values);
  if (value === undefined) return undefined;
  return operation.body_type === 'json'
    ? { type: 'application/json', text: JSON.stringify(value) }
    : { type: 'text/plain; charset=utf-8', text: asText(value) };
}

function clear(text: string | Secret): string {
  return text instanceof Secret ? text.reveal() : text;
}

function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

function refuseValue({ name, message }: InvalidTemplateValue, fixed: FixedParams): BuiltRequest {
  const [root, key = ''] = name.split('.');
  if (root !== 'arg' || Object.hasOwn(fixed.args, key))
    return refuse(`This connection cannot be used as it is set up: ${message}.`);
  return refuse(`The argument ${message}.`, [{ path: `/${key}`, message }]);
}

function refuse(message: string, problems?: Rejected['problems']): BuiltRequest {
  const rejected = { status: 'rejected', reason: 'input', message } as const;
  return { ok: false, rejected: problems === undefined ? rejected : { ...rejected, problems } };
}
