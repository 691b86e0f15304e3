import { sha256 } from '../../../lib/digest.ts';
import type { PageRoute } from '../visit/page-route.ts';
import { scriptAddress, styleAddress } from './page.ts';
import { script } from './script.ts';
import { style } from './style.ts';

/** The style sheet and the script of our pages. */
export const assetRoutes: readonly PageRoute[] = [
  asset(styleAddress, 'text/css; charset=utf-8', style),
  asset(scriptAddress, 'text/javascript; charset=utf-8', script),
];

function asset(path: string, contentType: string, content: string): PageRoute {
  const etag = `"${sha256(content)}"`;
  // Kept, but asked about every time: names say nothing of a version.
  const headers = { 'content-type': contentType, 'cache-control': 'no-cache', etag };
  return {
    method: 'GET',
    path,
    answer: async ({ request }) =>
      request.headers['if-none-match'] === etag
        ? { status: 304, body: '', headers }
        : { status: 200, body: content, headers },
  };
}
