import type { TemplateValues } from '../../catalog/templates/evaluate.ts';
import { parseJsonTemplate } from '../../catalog/templates/json-template.ts';
import { renderJson } from '../../catalog/templates/render-json.ts';
import { renderQuery } from '../../catalog/templates/render-query.ts';
import { parseEncoded } from '../../catalog/templates/template.ts';
import type { EgressRequest } from '../../egress/egress.ts';
import { Secret } from '../../lib/secret.ts';
import { addressOf, headersIn } from '../server-of.ts';
import { clear } from './send-to.ts';

/** A request of a provider's own, as a manifest describes it. */
interface OwnRequest {
  readonly method: EgressRequest['method'];
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly body_type: 'json' | 'form';
}

export type WrittenRequest = Pick<EgressRequest, 'method' | 'url' | 'headers' | 'body'>;

type Written =
  | { readonly ok: true; readonly request: WrittenRequest }
  | { readonly ok: false; readonly message: string };

/** The request filled in, with its secrets in clear: hand it to the door and nowhere else. Pure. */
export function writeRequest(own: OwnRequest, values: TemplateValues): Written {
  const { method, body, body_type } = own;
  const address = addressOf(own.url, values);
  if (!address.ok) return address;
  const headers = headersIn(own.headers, values);
  if (!headers.ok) return headers;
  const more = open(renderQuery(parseJsonTemplate(own.query, parseEncoded), values));
  const url = new URL(address.url);
  url.search = [url.search.slice(1), more].filter((part) => part !== '').join('&');
  const content = method === 'GET' || body === undefined ? undefined : open(bodyOf(body, body_type, values));
  const type = body_type === 'form' ? 'application/x-www-form-urlencoded' : 'application/json';
  const usual = { accept: 'application/json', ...(content !== undefined && { 'content-type': type }) };
  return {
    ok: true,
    request: { method, url: url.href, headers: { ...usual, ...clear(headers.headers) }, body: content },
  };
}

function bodyOf(body: unknown, type: OwnRequest['body_type'], values: TemplateValues): string | Secret {
  if (type === 'form') return renderQuery(parseJsonTemplate(body, parseEncoded), values);
  return renderJson(parseJsonTemplate(body), values) ?? '';
}

function open(text: string | Secret): string {
  return text instanceof Secret ? text.reveal() : text;
}
