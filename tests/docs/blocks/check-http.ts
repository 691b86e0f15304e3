import { checkRequest, type ShownRequest } from './check-request.ts';

/** What is wrong with a block of requests: `METHOD /path`, headers if any, a JSON body if any; then the next. */
export function checkHttp(text: string): readonly string[] {
  const requests = requestsIn(text);
  return requests.length === 0 ? ['It shows no request.'] : requests.flatMap(checkRequest);
}

function requestsIn(text: string): readonly ShownRequest[] {
  return text.split(/^(?=(?:GET|HEAD|POST|PUT|PATCH|DELETE) \S)/m).flatMap((part) => {
    const [, method, path = '', rest = ''] = /^([A-Z]+) (\S+)\n([^]*)$/.exec(part) ?? [];
    return method === undefined ? [] : [{ method, path, body: bodyIn(rest) }];
  });
}

function bodyIn(rest: string): string | undefined {
  const body = rest.replace(/^(?:[A-Z][A-Za-z-]*: .*\n)+/, '').trim();
  return body === '' ? undefined : body;
}
