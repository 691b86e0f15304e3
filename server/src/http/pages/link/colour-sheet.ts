import { pageColours } from '../../../links/brand/colours.ts';
import { Failure } from '../../../errors.ts';
import type { PageRoute } from '../visit/page-route.ts';

/** Where the style sheet of a colour is: it says nothing of whose colour it is. */
export function sheetAddress(colour: string): string {
  return `/pages/colour/${colour.slice(1)}.css`;
}

/** A style sheet for each colour there is, because our pages allow no style inside of them (S12). */
export const colourSheet: PageRoute = {
  method: 'GET',
  path: '/pages/colour/:file',
  answer: async ({ params }) => {
    const [, hex] = /^([0-9a-f]{6})\.css$/.exec(params['file'] ?? '') ?? [];
    if (hex === undefined) throw new Failure('NOT_FOUND', 'There is no such style sheet.');
    const headers = { 'content-type': 'text/css; charset=utf-8', 'cache-control': 'public, max-age=86400' };
    return { status: 200, body: sheetOf(`#${hex}`), headers };
  },
};

function sheetOf(colour: string): string {
  const { light, dark } = pageColours(colour);
  return `:root{--brass:light-dark(${light.colour},${dark.colour});--on-brass:light-dark(${light.on},${dark.on})}\n`;
}
