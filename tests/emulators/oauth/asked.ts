import type { IncomingMessage } from 'node:http';
import { isRecord, parseJson } from '../../../server/src/lib/json.ts';

/** One request that arrived. */
export interface LedgerEntry {
  readonly method: string;
  /** Path and query, as sent. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** 0 where nothing was answered. */
  status: number;
}

/** A request, read. */
export interface Asked extends LedgerEntry {
  readonly url: URL;
  readonly query: URLSearchParams;
  /** What came with a form or as a JSON object, as text. */
  readonly params: URLSearchParams;
  readonly json: unknown;
  readonly cookies: Readonly<Record<string, string>>;
}

/** Reads a request to its end. */
export async function readAsked(request: IncomingMessage): Promise<Asked> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  const body = Buffer.concat(chunks).toString();
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
  const path = request.url ?? '/';
  const url = new URL(path, `http://${headers['host'] ?? 'emulator'}`);
  const json = parseJson(body);
  const params = isRecord(json) ? paramsOf(json) : new URLSearchParams(body);
  const cookies = cookiesIn(headers['cookie']);
  return {
    method: request.method ?? '',
    path,
    headers,
    body,
    url,
    query: url.searchParams,
    params,
    json,
    cookies,
    status: 0,
  };
}

/** What a request tells of the program behind it (RFC 6749 §2.3.1). */
export interface ClaimedClient {
  readonly clientId: string;
  readonly clientSecret: string | undefined;
  readonly by: 'basic' | 'post';
}

export function clientIn({ headers, params }: Asked): ClaimedClient {
  const [, encoded] = /^basic (.+)$/i.exec(headers['authorization'] ?? '') ?? [];
  if (encoded === undefined)
    return {
      clientId: params.get('client_id') ?? '',
      clientSecret: params.get('client_secret') ?? undefined,
      by: 'post',
    };
  const [id = '', secret = ''] = Buffer.from(encoded, 'base64').toString().split(':');
  return { clientId: decodeForm(id), clientSecret: decodeForm(secret), by: 'basic' };
}

/** The token that a request carries in its header, by either word for it. */
export function bearerIn({ headers }: Asked): string | undefined {
  return /^(?:bearer|token) (.+)$/i.exec(headers['authorization'] ?? '')?.[1];
}

function paramsOf(json: Readonly<Record<string, unknown>>): URLSearchParams {
  return new URLSearchParams(Object.entries(json).map(([name, value]): [string, string] => [name, textOf(value)]));
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function cookiesIn(header = ''): Record<string, string> {
  const pairs = header.split('; ').map((pair) => [pair.split('=')[0] ?? '', pair.slice(pair.indexOf('=') + 1)]);
  return Object.fromEntries(pairs);
}

function decodeForm(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
