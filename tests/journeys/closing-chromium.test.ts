import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { SignInFacts, SignInPage } from '../../server/src/connections/sign-in/sign-in-page.ts';
import { showSignInPage } from '../../server/src/http/pages/connect/show-sign-in-page.ts';
import { securityHeaders } from '../../server/src/http/security-headers.ts';
import { listen } from '../emulators/listen.ts';
import { hasChromium, openPage } from '../support/chromium.ts';
import { covers } from '../support/covers.ts';
import { newDatabases } from '../support/databases.ts';
import { type ListeningPlugboard, startListening } from '../support/listening.ts';
import { pageProblems } from '../support/page-rules/page-problems.ts';

const facts: SignInFacts = {
  connectionId: '0190a2b4-0000-7000-8000-000000000001',
  connector: { id: 'github', name: 'GitHub' },
  label: 'Work',
  workspace: 'Default',
};
const mine = {
  token: 'abc',
  person: 'ada@example.com',
  scopes: ['repo', 'https://provider.example/auth/calendar.events'],
};
const closing: SignInPage = { page: 'closing', facts: { ...facts, identity: 'octocat' } };
const steps: readonly SignInPage[] = [
  { page: 'ask', facts: { ...facts, ...mine, askedBy: 'The API key “Support agent”', leadsTo: 'https://github.com' } },
  { page: 'confirm', facts: { ...facts, ...mine, identity: 'octocat', before: 'somebody-else' } },
  closing,
  { page: 'refusal', facts: { message: 'GitHub said no.', about: facts } },
];
const message = { type: 'plugboard.connection', connectionId: facts.connectionId, result: 'connected' };

describe.skipIf(!hasChromium)('the steps of connecting, in a real browser (needs chromium)', () => {
  const databases = newDatabases('sqlite');
  let plugboard: ListeningPlugboard;
  let ours: string;
  beforeAll(async () => {
    plugboard = await startListening(await databases.migrated());
    ours = plugboard.publicUrl;
  });

  /** Shows a step at `/step` of ours, with everything the edge sends along. */
  const serve = (page: Page, step: SignInPage) =>
    page.context().route(`${ours}/step`, (route) => {
      const { status, headers, body } = showSignInPage(step);
      return route.fulfill({ status, body, headers: { ...securityHeaders({ publicUrl: ours }), ...headers } });
    });

  it.each(steps.map((step) => [step.page, step] as const))(
    '%s can be read and used by everybody',
    async (_name, step) => {
      covers('pages/for-everybody');
      for (const look of ['light', 'dark'] as const) {
        const page = await openPage({ colorScheme: look, viewport: { width: 320, height: 640 } });
        await serve(page, step);
        await page.goto(`${ours}/step`);
        expect(await pageProblems(page)).toEqual([]);
      }
    },
  );

  it('the rules for that find what breaks them', async () => {
    const page = await openPage({ viewport: { width: 320, height: 640 } });
    await page.setContent(
      '<h1>A</h1><h1>B</h1><input id="a"><p style="color:#999;width:400px">Pale</p><button style="outline:0">Ok</button>',
    );
    const problems = (await pageProblems(page)).join('; ');
    for (const problem of [
      'no language',
      'no title',
      'one main heading',
      'wider',
      'no label',
      'too small',
      'stands out',
      'the focus',
    ])
      expect(problems).toContain(problem);
  });

  it('the last page tells a window of ours by every way there is', async () => {
    covers('pages/tells-opener');
    const opener = await openPage();
    await serve(opener, closing);
    await opener.goto(`${ours}/sign-in`);
    await opener.evaluate(hearing);
    const popup = opener.waitForEvent('popup');
    await opener.evaluate("void window.open('/step')");
    await (await popup).waitForLoadState('networkidle');
    expect(await opener.evaluate('window.heard')).toEqual({
      channel: message,
      storage: { ...message, at: expect.any(Number) },
      message: { data: message, origin: ours },
    });
  });

  it('and no window of anybody else', async () => {
    covers('pages/tells-opener');
    const opener = await openPage();
    await serve(opener, closing);
    await opener.route('http://evil.example/**', (route) =>
      route.fulfill({ contentType: 'text/html', body: '<h1>Hi</h1>' }),
    );
    await opener.goto('http://evil.example/');
    await opener.evaluate(hearing);
    const popup = opener.waitForEvent('popup');
    await opener.evaluate(`void window.open('${ours}/step')`);
    await (await popup).waitForLoadState('networkidle');
    expect(await (await popup).title()).toContain('GitHub is connected');
    expect(await opener.evaluate('window.heard')).toEqual({});
  });

  it('a form leads on to the provider, wherever the provider redirects, and tells it nothing of our page', async () => {
    covers('pages/own-forms');
    const referers: unknown[] = [];
    const login = await listen((request, response) => {
      referers.push(request.headers.referer);
      response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Sign in</h1>');
    });
    const provider = await listen((request, response) => {
      referers.push(request.headers.referer);
      response.writeHead(302, { location: `${login.url}/login` }).end();
    });
    const page = await openPage();
    await serve(page, steps[0] ?? closing);
    await page.route(`${ours}/connect/abc`, (route) => {
      const { status, headers, body } = showSignInPage({ page: 'go', to: `${provider.url}/authorize?state=s` });
      return route.fulfill({ status, headers, body });
    });
    await page.goto(`${ours}/step`);
    await page.getByRole('button', { name: 'Continue to GitHub' }).click();
    await page.waitForURL(`${login.url}/login`);
    expect(new Set(referers)).toEqual(new Set([undefined]));
    await Promise.all([login.stop(), provider.stop()]);
  });
});

const hearing = `
  window.heard = {};
  new BroadcastChannel('plugboard').onmessage = ({ data }) => (window.heard.channel = data);
  addEventListener('storage', ({ key, newValue }) => key === 'plugboard.connection' && (window.heard.storage = JSON.parse(newValue)));
  addEventListener('message', ({ data, origin }) => (window.heard.message = { data, origin }));
`;
