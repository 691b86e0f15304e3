import { existsSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll } from 'vitest';

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

const running: { browser?: Promise<Browser> } = {};

// A hook that a hook registers never runs: this one belongs to the file that imports this.
afterAll(async () => {
  await (await running.browser)?.close();
});

/** A page of a new browser that knows nothing yet: no cookie, no cache, nobody else's storage. */
export async function openPage(options: BrowserContextOptions = {}): Promise<Page> {
  running.browser ??= chromium.launch({ executablePath: program, args: quietly });
  const context = await (await running.browser).newContext({ locale: 'en-GB', ...options });
  context.setDefaultTimeout(10_000);
  return context.newPage();
}
