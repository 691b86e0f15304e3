import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { z } from 'zod';

const inPage = readFileSync(join(import.meta.dirname, 'in-page.js'), 'utf8');
const focusedOutline = readFileSync(join(import.meta.dirname, 'focused-outline.js'), 'utf8');

/** What is wrong with a page for somebody who reads it by keyboard, by ear, with weak eyes, or on a telephone (WCAG 2.2 AA). */
export async function pageProblems(page: Page): Promise<readonly string[]> {
  const found = z.array(z.string()).parse(await page.evaluate(inPage));
  return [...found, ...(await reachProblems(page))];
}

/** A page takes its `autofocus` when it is first painted, which on a busy machine is after it has loaded. */
const painted = 'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())))';

/** Where a page begins with a field that has the focus, everything is still gone through from its first element on. */
const fromTheTop = `(() => {
  const first = document.createElement('span');
  first.tabIndex = -1;
  document.body.prepend(first);
  first.focus();
  first.remove();
})()`;

/** Everything that can be pressed or filled in is reached with the Tab key, and shows that it is. */
async function reachProblems(page: Page): Promise<readonly string[]> {
  const count = await page.locator('a[href], button, input:not([type=hidden])').count();
  const problems: string[] = [];
  await page.evaluate(painted);
  await page.evaluate(fromTheTop);
  await page.keyboard.press('Tab');
  for (let reached = 1; reached <= count; reached += 1) {
    const outline = await page.evaluate(focusedOutline);
    if (outline === 'nothing') return [...problems, `only ${reached - 1} of ${count} are reached by keyboard`];
    if (outline === 'none') problems.push('what has the focus does not show it');
    await page.keyboard.press('Tab');
  }
  return problems;
}
