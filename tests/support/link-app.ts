import { type Listening, listen } from '../emulators/listen.ts';

/** The pages of an app on an origin of its own: one with a button that opens links, one that is come back to. */
export interface LinkApp extends Listening {
  /** Where a link that goes back leads. */
  readonly back: string;
}

/**
 * Starts an app that loads `connect.js` from our origin. Its page puts what comes of `Plugboard.open` into `#result`; which
 * link it opens, and with what, a test writes into `window.wish`.
 */
export async function startLinkApp(ours: string): Promise<LinkApp> {
  const app = await listen((request, response) => {
    const isBack = request.url?.startsWith('/back') === true;
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
    response.end(page(ours, isBack ? backScript : openScript));
  });
  // Another site than ours, which is at 127.0.0.1: what a browser sends across sites only, it sends here.
  const url = app.url.replace('127.0.0.1', 'localhost');
  return { ...app, url, back: `${url}/back` };
}

function page(ours: string, script: string): string {
  return `<!doctype html>
<html lang="en">
  <title>The app</title>
  <script src="${ours}/connect.js"></script>
  <h1>The app</h1>
  <button id="open">Connect</button>
  <p id="result"></p>
  <script>${script}</script>
</html>`;
}

const openScript = `
  window.events = [];
  const show = (value) => { document.querySelector('#result').textContent = JSON.stringify(value); };
  document.querySelector('#open').addEventListener('click', () => {
    const { link, asPromise, options = {} } = window.wish;
    Plugboard.open(asPromise ? Promise.resolve(link) : link, { onEvent: (event) => window.events.push(event), ...options })
      .then((result) => show(result), ({ code, message }) => show({ code, message }));
  });
`;

const backScript = `
  document.querySelector('#result').textContent = JSON.stringify(Plugboard.returned() ?? null);
`;
