import { sha256 } from '../../../../lib/digest.ts';
import { readOrigin } from '../../../../links/origins/app-origin.ts';
import { isRegisteredAnywhere } from '../../../../links/origins/app-origin-store.ts';
import type { PageRoute, PageVisit } from '../../visit/page-route.ts';
import { classicScript, moduleScript } from './connect-script.ts';

/** What apps load to open links: `/connect.js` for a script element, `/connect.mjs` as a module. */
export const connectScriptRoutes: readonly PageRoute[] = [
  scriptAt('/connect.js', classicScript, async () => ({})),
  scriptAt('/connect.mjs', moduleScript, crossOrigin),
];

type Extra = (visit: PageVisit) => Promise<Readonly<Record<string, string>>>;

function scriptAt(path: string, content: string, extra: Extra): PageRoute {
  const etag = `"${sha256(content)}"`;
  return {
    method: 'GET',
    path,
    answer: async (visit) => {
      const headers = { ...shared, etag, ...(await extra(visit)) };
      const isKnown = visit.request.headers['if-none-match'] === etag;
      return isKnown ? { status: 304, body: '', headers } : { status: 200, body: content, headers };
    },
  };
}

/** Pages of other origins load it; it is the same for everybody. */
const shared = {
  'content-type': 'text/javascript; charset=utf-8',
  'cache-control': 'public, max-age=86400',
  'cross-origin-resource-policy': 'cross-origin',
};

/** A module of another origin takes CORS (HTML, §8.1.3): for origins that a workspace registered, and for nothing else of ours (S7). */
async function crossOrigin({ app, request }: PageVisit): Promise<Readonly<Record<string, string>>> {
  const origin = readOrigin(request.headers.origin ?? '');
  const isKnown = origin !== undefined && (await isRegisteredAnywhere(app.storage, origin));
  return { vary: 'origin', ...(isKnown ? { 'access-control-allow-origin': origin } : {}) };
}
