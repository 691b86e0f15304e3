import { beforeAll, describe, expect, it } from 'vitest';
import type { SignInFacts, SignInPage } from '../../server/src/connections/sign-in/sign-in-page.ts';
import { invitationPage } from '../../server/src/http/pages/join/invitation-page.ts';
import { openPage } from '../../server/src/http/pages/join/open-page.ts';
import { Failure } from '../../server/src/errors.ts';
import { showSignInPage } from '../../server/src/http/pages/connect/show-sign-in-page.ts';
import { startIdentityProvider } from '../emulators/identity-provider.ts';
import { browse } from '../support/browsing.ts';
import { covers } from '../support/covers.ts';
import { newDatabases } from '../support/databases.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';
import { providerSettings, signInAtProvider } from '../support/provider-sign-in.ts';

const evil = `"'><script>alert(1)</script><img src=x onerror=alert(1)>\u202E`;
const facts: SignInFacts = {
  connectionId: '0190a2b4-0000-7000-8000-000000000000',
  connector: { id: evil, name: evil },
  label: evil,
  workspace: evil,
};
const mine = { token: evil, person: evil, identity: evil, scopes: [evil] };
const steps: readonly SignInPage[] = [
  { page: 'ask', facts: { ...facts, ...mine, askedBy: evil, leadsTo: 'https://provider.example' } },
  { page: 'confirm', facts: { ...facts, ...mine, before: evil } },
  { page: 'closing', facts: { ...facts, identity: evil } },
  { page: 'refusal', facts: { message: evil, about: facts } },
  { page: 'go', to: `https://provider.example/${evil}?x=${evil}` },
  { page: 'sign_in', to: evil },
];

const ours =
  /^<(\/|!doctype|script src="\/pages\/page\.js"|img src="\/brand\/|(meta|html|head|title|link|body|header|svg|g|path|circle|rect|main|h1|p|div|span|form|input|time|label|button|a|dl|dt|dd|ul|li|code|bdi|wbr|strong|footer)[\s>])/;

/** Everything that begins like an element and is none of ours, or has an attribute that would run something. */
function strangeElements(text: string): readonly string[] {
  const elements = [...text.matchAll(/<(?:[^<>"]|"[^"]*")*>?/g)].map(([element]) => element);
  const bare = (element: string): string => element.replaceAll(/"[^"]*"/g, '""');
  return elements.filter(
    (element) => !ours.test(element) || /[\s"]on\w+=|=[^"]/i.test(bare(element)) || /="\s*javascript:/i.test(element),
  );
}

describe('markup where a name should be', () => {
  it.each(steps.map((step) => [step.page, step] as const))('stays text on the page %s', (_page, step) => {
    covers('pages/own-forms');
    const { body, headers } = showSignInPage(step);
    expect(strangeElements(body)).toEqual([]);
    expect(body).not.toContain('\u202E');
    expect(JSON.stringify(headers)).not.toContain('<script');
  });

  it.each([undefined, evil, 'ada@example.com'])('stays text on the page of an invitation, for %s', (person) => {
    covers('pages/own-forms');
    const invited = { workspace: evil, email: evil, role: 'MEMBER', expiresAt: evil, isKnown: false } as const;
    const failure = new Failure('BAD_REQUEST', evil);
    const wrong = { name: evil, password: evil };
    for (const isKnown of [true, false])
      for (const tried of [
        { name: evil, failure },
        { name: evil, failure, wrong },
      ]) {
        const { body } = invitationPage({ invitation: { ...invited, isKnown }, token: evil, person, tried });
        expect(strangeElements(body)).toEqual([]);
      }
    expect(strangeElements(openPage({ failure, token: evil }).body)).toEqual([]);
  });

  it.each(['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd'])('nobody is sent on to %s', (to) => {
    expect(() => showSignInPage({ page: 'go', to })).toThrow('cannot lead');
  });

  describe('in a request', () => {
    const databases = newDatabases('sqlite');
    let plugboard: Plugboard;
    beforeAll(async () => {
      const provider = await startIdentityProvider();
      plugboard = await startPlugboard(await databases.migrated(), providerSettings(provider));
      provider.person = { subject: evil, email: evil };
      const browser = browse(plugboard);
      await plugboard.call('PUT /api/v1/me/sign-in', {
        body: { email: 'ada@example.com', password: 'a long password' },
      });
      await signInAtProvider(browser, provider);
      const { text } = await browser.open('/sign-in/oidc/tie');
      expect(text).toContain('&#60;script&#62;');
      expect(strangeElements(text)).toEqual([]);
      const refusal = (query: string) =>
        query.replace(/code=[^&]*/, `error=${encodeURIComponent(evil)}&error_description=${encodeURIComponent(evil)}`);
      const refused = await signInAtProvider(browser, provider, { change: refusal });
      expect(refused).toMatchObject({ status: 400, text: expect.not.stringContaining('alert') });
      return () => provider.stop();
    });

    it.each(['/sign-in', '/api/v1/connections/oauth/callback', '/connect/x', '/join'])(
      '%s answers it as text',
      async (path) => {
        covers('pages/own-forms');
        const query = new URLSearchParams({ to: evil, state: evil, error: evil, error_description: evil, iss: evil });
        const { text } = await browse(plugboard).open(`${path}?${query}`);
        expect(strangeElements(text)).toEqual([]);
        expect(text).not.toContain('<script>');
      },
    );

    it('a form that comes back shows what was typed as text', async () => {
      covers('pages/own-forms');
      const { text } = await browse(plugboard).send('/sign-in', { email: evil, password: 'x', to: evil });
      expect(text).toContain('&#60;script&#62;');
      expect(strangeElements(text)).toEqual([]);
    });
  });
});
