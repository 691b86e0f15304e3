import { existsSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterFile } from './after-file.ts';

const program = '/usr/bin/chromium';

/** Whether Debian's Chromium is here; tests that need it are skipped and say so where it is not. */
export const hasChromium = existsSync(program);

const quietly = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-background-networking',
  '--disable-component-update',
  '--no-first-run',
];

const running: { browser?: Promise<Browser> | undefined } = {};

/** A page of a new browser that knows nothing yet: no cookie, no cache, nobody else's storage. */
export async function openPage(options: BrowserContextOptions = {}): Promise<Page> {
  running.browser ??= launch();
  const context = await (await running.browser).newContext({ locale: 'en-GB', ...options });
  context.setDefaultTimeout(10_000);
  return context.newPage();
}

/** One browser for all pages of a file. */
function launch(): Promise<Browser> {
  const browser = chromium.launch({ executablePath: program, args: quietly });
  afterFile(async () => {
    running.browser = undefined;
    await (await browser).close();
  });
  return browser;
}
