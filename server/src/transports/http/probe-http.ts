import type { Verify } from '../../catalog/connector.ts';
import { asText, type TemplateValues } from '../../catalog/templates/evaluate.ts';
import { fillJson, parseJsonTemplate } from '../../catalog/templates/json-template.ts';
import { renderHeaders } from '../../catalog/templates/render-header.ts';
import { renderUrl } from '../../catalog/templates/render-url.ts';
import { parseTemplate } from '../../catalog/templates/template.ts';
import { parseUrl } from '../../catalog/templates/url-template.ts';
import { type Egress, EgressError, type EgressRequest, type EgressResponse } from '../../egress/egress.ts';
import { Secret } from '../../lib/secret.ts';
import type { Attachment } from '../attachment.ts';
import { meetsExpectation } from '../../catalog/answers/meets-expectation.ts';
import type { ProbeResult } from '../probe.ts';
import { cut, providerWords } from '../../catalog/answers/provider-words.ts';
import { readPath } from '../../catalog/answers/read-path.ts';
import type { Redactor } from '../../lib/redact.ts';
import { mergeHeaders } from './merge-headers.ts';
import { readBody } from './read-body.ts';

export interface HttpProbe {
  readonly verify: HttpVerify;
  /** With the secrets: they may stand in the address, the headers and the body. */
  readonly values: TemplateValues;
  readonly attachment: Attachment;
  readonly redactor: Redactor;
  readonly egress: Pick<Egress, 'request'>;
  readonly loopback: boolean;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

type HttpVerify = Extract<Verify, { kind: 'http' }>;

/** Sends the request of a verify block and holds the answer against what it expects. */
export async function probeHttp(probe: HttpProbe): Promise<ProbeResult> {
  const built = buildProbe(probe);
  if (!built.ok) return built;
  const { signal, timeoutMs, loopback } = probe;
  try {
    const response = await probe.egress.request({
      ...built.request,
      signal,
      timeoutMs,
      loopback,
      redirects: 5,
      maxBytes: largest,
    });
    return readProbe(probe, response);
  } catch (error) {
    if (error instanceof EgressError) return readFault(error, probe.redactor);
    throw error;
  }
}

const largest = 1024 * 1024;

type BuiltProbe =
  | { readonly ok: true; readonly request: EgressRequest }
  | { readonly ok: false; readonly message: string };

function buildProbe({ verify, values, attachment }: HttpProbe): BuiltProbe {
  const url = renderUrl(parseUrl(verify.url), values);
  if (!url.ok) return { ok: false, message: `${url.message}.` };
  const templates = Object.entries(verify.headers).map(
    ([name, text]) => [name.toLowerCase(), parseTemplate(text)] as const,
  );
  const rendered = renderHeaders(templates, values);
  if (!rendered.ok) return { ok: false, message: `${rendered.message}.` };
  const body = bodyOf(verify, values);
  const type = typeof verify.body === 'string' ? 'text/plain; charset=utf-8' : 'application/json';
  const headers = mergeHeaders({
    manifest: rendered.headers,
    auth: attachment.headers,
    body: body === undefined ? undefined : type,
  });
  if (!headers.ok) return headers;
  const address = new URL(url.value instanceof Secret ? url.value.reveal() : url.value);
  for (const [name, value] of Object.entries(attachment.query)) address.searchParams.set(name, value.reveal());
  return { ok: true, request: { method: verify.method, url: address.href, headers: headers.headers, body } };
}

function bodyOf({ body }: HttpVerify, values: TemplateValues): string | undefined {
  if (body === undefined) return undefined;
  const { value } = fillJson(parseJsonTemplate(body), values);
  return typeof body === 'string' ? asText(value ?? '') : JSON.stringify(value);
}

/** Fails closed: an answer that does not say what is expected proves nothing, whatever its status. */
function readProbe({ verify, redactor }: HttpProbe, response: EgressResponse): ProbeResult {
  const answer = readBody(response, redactor);
  const words = providerWords(answer, verify.message);
  const { status } = response;
  if (!verify.expect_status.includes(status)) {
    const message = words === '' ? `The provider answered ${status}.` : `The provider answered ${status}: ${words}`;
    if (isPassing(status)) return { unreachable: true, message };
    return { ok: false, message, ...(status === 401 && { unproven: true }) };
  }
  if (!verify.expect_json.every((expectation) => meetsExpectation(answer, expectation))) {
    return {
      ok: false,
      message: `The provider did not accept the values: ${words || 'its answer is not the expected one.'}`,
      unproven: true,
    };
  }
  return { ok: true, identity: identityIn(answer, verify.account) };
}

/** About the provider's own state, not about what was submitted. */
function isPassing(status: number): boolean {
  return status >= 500 || status === 429 || status === 408;
}

function identityIn(answer: unknown, path: string | undefined): string | null {
  const found = path === undefined ? undefined : readPath(answer, path);
  return typeof found === 'string' || typeof found === 'number' ? cut(String(found)) : null;
}

/** What our own rules refuse is the submitter's to change; anything else may work later. */
function readFault(error: EgressError, redactor: Redactor): ProbeResult {
  const message = redactor.text(error.message);
  if (error.problem === 'refused' || error.problem === 'too_large') return { ok: false, message };
  return { unreachable: true, message };
}
