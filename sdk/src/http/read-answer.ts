import { PlugboardError } from '../plugboard-error.ts';
import type { Page } from './list.ts';

/** The object of an answer. The server describes what is in it; that it is one is checked here. */
export async function readObject<T extends object>(response: Response): Promise<T> {
  const body = await readJson(response);
  if (isObject<T>(body)) return body;
  throw unexpected(response, 'The answer has a shape this client does not know. Are both of the same version?');
}

/** A page of a list, however the answer says where the next one begins: in the body, in `meta`, or in a `Link` header (RFC 8288). */
export async function readPage<T>(response: Response): Promise<Page<T>> {
  const body = await readJson(response);
  if (isArray<T>(body)) return { data: body, next_cursor: linkedCursor(response.headers.get('link')) };
  if (!isObject<Readonly<Record<string, unknown>>>(body) || !isArray<T>(body['data']))
    throw unexpected(response, 'The answer is no list. Are client and server of the same version?');
  const { meta } = body;
  const cursor = body['next_cursor'] ?? (isRecord(meta) ? meta['next_cursor'] : undefined);
  return { data: body['data'], next_cursor: typeof cursor === 'string' ? cursor : null };
}

/** Any JSON, or `undefined` where there is no body. */
export async function readJson(response: Response): Promise<unknown> {
  const text = await response.text();
  if (text === '') return undefined;
  const body = parseJson(text);
  if (body === undefined) throw unexpected(response, "The answer does not look like Plugboard's.");
  return body;
}

/** What a refused request is told, as an error. */
export async function readRefusal(response: Response): Promise<PlugboardError> {
  const { status, headers } = response;
  const body = parseJson(await response.text());
  const error = isRecord(body) ? body['error'] : undefined;
  const requestId = headers.get('x-request-id') ?? undefined;
  const retryAfter = readRetryAfter(headers.get('retry-after'));
  if (isRecord(error) && typeof error['code'] === 'string') {
    const { code, message, request_id: _, ...details } = error;
    return new PlugboardError(String(message), { code: String(code), status, requestId, retryAfter, details });
  }
  const detail = isRecord(body) ? body['detail'] : undefined;
  if (status === 422 && Array.isArray(detail)) return refusedTool(response, detail);
  const place = headers.get('location');
  const aim = place === null ? 'Is the address right?' : `It points to ${place}.`;
  const message = `The answer (${status}) does not look like Plugboard's. ${aim}`;
  return new PlugboardError(message, { code: 'UNEXPECTED_ANSWER', status, requestId, retryAfter });
}

/** A bad body as the paths under `/v1/tools` tell of it. */
function refusedTool({ status, headers }: Response, detail: readonly unknown[]): PlugboardError {
  const problems = detail.filter(isRecord).map(({ loc, msg }) => ({
    path: Array.isArray(loc) ? `/${loc.slice(1).join('/')}` : '',
    message: String(msg),
  }));
  const message = problems.map((problem) => `${problem.path}: ${problem.message}`).join('; ');
  const requestId = headers.get('x-request-id') ?? undefined;
  return new PlugboardError(message, { code: 'INVALID_INPUT', status, requestId, details: { problems } });
}

/** Seconds, from a number of them or a date (RFC 9110 §10.2.3). */
function readRetryAfter(text: string | null): number | undefined {
  if (text === null) return undefined;
  if (/^\d{1,9}$/.test(text.trim())) return Number(text);
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, (date - Date.now()) / 1000);
}

function linkedCursor(link: string | null): string | null {
  const next = link?.split(',').find((part) => /;\s*rel="?next"?/.test(part));
  const address = /<([^>]*)>/.exec(next ?? '')?.[1];
  if (address === undefined || !URL.canParse(address, 'http://localhost')) return null;
  return new URL(address, 'http://localhost').searchParams.get('cursor');
}

function unexpected({ status, headers }: Response, message: string): PlugboardError {
  return new PlugboardError(message, {
    code: 'UNEXPECTED_ANSWER',
    status,
    requestId: headers.get('x-request-id') ?? undefined,
  });
}

/** The parsed text, or `undefined` where it is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return isObject(value);
}

function isObject<T extends object>(value: unknown): value is T {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isArray<T>(value: unknown): value is readonly T[] {
  return Array.isArray(value);
}
