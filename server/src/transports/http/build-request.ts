import type { Connector, Operation } from '../../catalog/connector.ts';
import type { FileArguments } from '../../catalog/input/file-arguments.ts';
import { type CompiledOperation, compileOperation } from '../../catalog/templates/compile-operation.ts';
import type { InvalidTemplateValue, TemplateValues } from '../../catalog/templates/evaluate.ts';
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
import { buildBody, type UploadBody } from './request/build-body.ts';
import { type CompiledHttp, compileHttp } from './request/compile-http.ts';
import { renderMail } from './request/render-mail.ts';
import { mergeHeaders } from './merge-headers.ts';
import { joinQueries, withoutNames, withParameters } from './query-text.ts';

/** What a request is built from but for what proves who we are. */
export interface PlanParts {
  readonly connector: Pick<Connector, 'http' | 'derived'>;
  readonly operation: Operation;
  /** The fields of the connection that are not secret. */
  readonly config: JsonObject;
  /** Ours, without a slash at the end. */
  readonly publicUrl: string;
  readonly args: JsonObject;
  /** What the connection puts into every call. Default: nothing. */
  readonly fixed?: FixedParams;
  /** The arguments that are files, which have to be settled. Default: none. */
  readonly files?: FileArguments;
  /** Headers that this call alone asks for. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a request is built from. */
export interface RequestParts extends PlanParts {
  readonly attachment: Attachment;
}

export type BuiltRequest = PlannedRequest | { readonly ok: false; readonly rejected: Rejected };

/** One that can be sent, unless what proves who we are is still to be attached. */
export interface PlannedRequest {
  readonly ok: true;
  readonly request: EgressRequest;
  /** The body, where that is in files. */
  readonly upload?: UploadBody;
}

/**
 * The request that carries a call, with its secrets in clear: hand it to egress and nowhere else. Its origin and path
 * prefix are those of `base_url`, whatever the arguments hold (S10); whether secrets may go there is the caller's to check
 * before anything is attached (S1). Headers: auth before what is fixed before manifest before call. Pure.
 */
export function buildRequest(parts: RequestParts): BuiltRequest {
  const planned = planRequest(parts);
  return planned.ok ? attachTo(planned, parts.attachment) : planned;
}

/** The same without what proves who we are: it holds no secret but what its connector puts into it. Pure. */
export function planRequest(parts: PlanParts): BuiltRequest {
  const { connector, operation } = parts;
  if (connector.http === undefined) return refuse('This connector has no HTTP API to call.');
  const [http, templates] = [compileHttp(connector.http), compileOperation(operation)];
  const { fixed = nothingFixed } = parts;
  const filled = valuesOf(parts, templates);
  if (!filled.ok) return refuseValue(filled, fixed);
  const { values } = filled;
  const url = urlOf({ http, templates, values, fixed });
  if (!url.ok) return refuseValue(url, fixed);
  const rendered = renderHeaders([...http.headers, ...templates.headers], values);
  if (!rendered.ok) return refuseValue(rendered, fixed);
  const isFile = (argument: string): boolean => parts.files?.has(argument) ?? false;
  const body = buildBody(operation, { template: templates.body, values, isFile });
  const headers = mergeHeaders({
    auth: {},
    fixed: fixed.headers,
    manifest: rendered.headers,
    call: parts.headers ?? {},
    body: body?.type,
  });
  if (!headers.ok) return refuse(headers.message);
  const request = { method: operation.method, url: url.value, headers: headers.headers };
  if (body !== undefined && 'upload' in body) return { ok: true, request, upload: body.upload };
  return { ok: true, request: { ...request, body: body?.text } };
}

/** What the templates of an operation are filled with, its mail included. */
function valuesOf(
  { connector, config, publicUrl, args }: PlanParts,
  { mail }: CompiledOperation,
): { readonly ok: true; readonly values: TemplateValues } | InvalidTemplateValue {
  const values = { ...templateValues(connector, { fields: config, publicUrl }), arg: args };
  if (mail === undefined) return { ok: true, values };
  const rendered = renderMail(mail, values);
  if (!rendered.ok) return rendered;
  return { ok: true, values: { ...values, derived: { ...values.derived, mail: rendered.value } } };
}

/** The request with what proves who we are, in the place of whatever has one of its names. Its origin and its path stay. */
export function attachTo(planned: PlannedRequest, attachment: Attachment): BuiltRequest {
  const { url, headers = {} } = planned.request;
  const merged = mergeHeaders({ auth: attachment.headers, manifest: headers, body: undefined });
  if (!merged.ok) return refuse(merged.message);
  const [address = '', ...queries] = url.split('?');
  const query = withParameters(queries.join('?'), attachment.query);
  const request = { ...planned.request, url: query === '' ? address : `${address}?${query}`, headers: merged.headers };
  return { ...planned, request };
}

interface UrlParts {
  readonly http: CompiledHttp;
  readonly templates: CompiledOperation;
  readonly values: TemplateValues;
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

/** What the operation says replaces what every call carries, and what the connection fixes both. */
function queryOf({ http, templates, values, fixed }: UrlParts): string {
  const own = clear(renderQuery(templates.query, values));
  const shared = withoutNames(clear(renderQuery(http.query, values)), [...new URLSearchParams(own).keys()]);
  return withParameters(joinQueries(shared, own), fixed.query);
}

function clear(text: string | Secret): string {
  return text instanceof Secret ? text.reveal() : text;
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
