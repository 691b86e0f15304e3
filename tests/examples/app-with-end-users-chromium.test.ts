import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, openPage } from '../support/chromium.ts';
import { covers } from '../support/covers.ts';
import { type ExampleWorld, type OwnGitlab, useExampleWorld } from './example-world.ts';

describe.skipIf(!hasChromium)('the example app with end users, in a real browser (needs chromium)', () => {
  const start = useExampleWorld();
  let world: ExampleWorld;
  let ann: Page;
  let ben: Page;

  beforeAll(async () => {
    world = await start();
    [ann, ben] = [await openPage(), await openPage()];
  });
  afterAll(() => world.stop());

  const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
  const enter = async (page: Page, name: string) => {
    await page.goto(world.app);
    await press(page, `Sign in as ${name}`);
    await page.getByText(`Signed in as ${name}.`).waitFor();
  };
  const fill = async (page: Page, { url, token }: OwnGitlab) => {
    await press(page, 'Continue');
    await page.getByLabel('GitLab address').fill(url);
    await page.getByLabel('Access token').fill(token);
    await press(page, 'Check and connect');
  };

  it('connects an account in a window beside the page, which closes and is told', async () => {
    covers('isolation/example');
    await enter(ann, 'Ann');
    const opened = ann.context().waitForEvent('page');
    await press(ann, 'Connect GitLab');
    const popup = await opened;
    const closed = popup.waitForEvent('close');
    await fill(popup, world.gitlabs.ann);
    await Promise.all([closed, ann.getByText('GitLab: ann (connected)').waitFor()]);
    expect(await ann.getByText('Only ann').textContent()).toContain('<b>Only ann</b>');
  });

  it('leads there and back where scripts are off, and nobody sees what is the other’s', async () => {
    covers('isolation/example');
    ben = await openPage({ javaScriptEnabled: false });
    await enter(ben, 'Ben');
    await press(ben, 'Connect GitLab');
    await fill(ben, world.gitlabs.ben);
    await ben.getByRole('link', { name: /^Back to/ }).click();
    await ben.getByText('GitLab: ann (connected)').waitFor();
    expect(await ben.content()).not.toContain('Only ann');
  });

  it('has its user approve a write on our page, and shows what came of it', async () => {
    covers('isolation/example');
    await ann.getByLabel('Title').fill('From the browser');
    await press(ann, 'Open an issue');
    await press(ann, 'Decide');
    await press(ann, 'Continue');
    await press(ann, 'Approve');
    await ann.getByRole('heading', { name: 'Carried out' }).waitFor();
    const shown = async () => {
      await ann.goto(world.app);
      return ann.content();
    };
    await expect.poll(shown, { timeout: 15_000 }).toContain('From the browser: <b>done</b>');
    await ben.goto(world.app);
    expect(await ben.content()).not.toContain('From the browser');
  });
});
