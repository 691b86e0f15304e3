import { createHash } from 'node:crypto';
import { docsScript } from './docs-script.ts';

export interface Page {
  readonly body: string;
  /** Allows this page's own script and style, by their digests, and requests to us alone. */
  readonly contentSecurityPolicy: string;
}

/** The page at `/docs`: draws `/openapi.json` and tries endpoints. It loads nothing from anywhere else. */
export function docsPage(): Page {
  return {
    body: `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Plugboard API</title>
<style>${style}</style>
</head>
<body>
<header><h1>Plugboard API</h1><input id="filter" type="search" placeholder="Filter endpoints" aria-label="Filter endpoints"></header>
<main id="operations" aria-live="polite">Loading…</main>
<script type="module">${docsScript}</script>
</body>
</html>`,
    contentSecurityPolicy: [
      "default-src 'none'",
      `script-src ${digestSource(docsScript)}`,
      `style-src ${digestSource(style)}`,
      "connect-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
  };
}

function digestSource(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

const style = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 0 auto; padding: 1rem; }
header { display: flex; gap: 1rem; align-items: baseline; flex-wrap: wrap; }
h1 { font-size: 1.5rem; margin: 0; flex: 1; }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
details { border: 1px solid color-mix(in srgb, currentColor 20%, transparent); border-radius: .4rem; margin: .4rem 0; padding: 0 .8rem; }
summary { cursor: pointer; padding: .5rem 0; }
code, pre, textarea, input { font-family: ui-monospace, monospace; font-size: .9rem; }
pre { overflow: auto; max-height: 30rem; padding: .6rem; background: color-mix(in srgb, currentColor 7%, transparent); border-radius: .3rem; }
textarea { width: 100%; min-height: 7rem; box-sizing: border-box; }
label { display: block; margin: .4rem 0; }
input { padding: .25rem .4rem; }
button { padding: .35rem .9rem; cursor: pointer; margin: .4rem 0; }
.method { display: inline-block; min-width: 4.5rem; font-weight: 700; }
.quiet { opacity: .7; }
`;
