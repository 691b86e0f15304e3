import { beforeAll, expect, it } from 'vitest';
import { type Acme, agree, confirm, goThrough, pathOf, useAcme, type Visitor } from '../support/acme.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { mcpClient } from '../support/mcp-client.ts';

describeOnDatabases('a call of something that is not connected yet', ({ migrated }) => {
  const startAcme = useAcme();
  let acme: Acme;
  let ann: Visitor;
  let page: string;

  beforeAll(async () => {
    acme = await startAcme(await migrated(), { plugboard: { port: 0 } });
    ann = await acme.person();
    const publicUrl = await acme.plugboard.listen();
    const client = await mcpClient(publicUrl, await acme.plugboard.mint());
    const { content } = await client.callTool({ name: 'acme__whoami', arguments: {} });
    await client.close();
    const said = JSON.stringify(content).replaceAll('\\', '');
    expect(said).toContain('"reason":"connect_first"');
    page = /"connect_url":"([^"]+)"/.exec(said)?.[1] ?? '';
    return () => acme.oidc.stop();
  });

  const connections = async (who: Visitor) => (await who.call('GET /api/v1/connections')).body['items'];

  it('says where a person connects it, and opening that makes nothing', async () => {
    const stranger = await acme.browser().open(pathOf(page));
    expect(stranger.to).toMatch(/^\/sign-in\?to=/);
    const asked = await ann.browser.open(pathOf(page));
    expect(asked).toMatchObject({ status: 200, text: expect.stringContaining('Continue to') });
    expect(await connections(ann)).toEqual([]);
  });

  it('is connected there, for the person who was there', async () => {
    const oauthUrl = await agree(ann.browser, pathOf(page));
    await confirm(ann.browser, await goThrough(acme, { browser: ann.browser, oauthUrl }));
    expect(await connections(ann)).toMatchObject([{ connectorSlug: 'acme', status: 'connected', account: 'ann' }]);
    const again = await ann.browser.send(pathOf(page), {});
    expect(again.text).toContain('is connected');
    expect(await connections(ann)).toHaveLength(1);
  });

  it('is nothing for a VIEWER, in another workspace, or where values are submitted', async () => {
    const viewer = await acme.person('VIEWER');
    const elsewhere = pathOf(page).replace(/~.*/, '~01900000-0000-7000-8000-000000000000');
    for (const [who, path] of [
      [viewer, pathOf(page)],
      [ann, elsewhere],
      [ann, pathOf(page).replace(/~.*/, '')],
      [ann, pathOf(page).replace('acme~', 'stripe~')],
    ] as const) {
      expect((await who.browser.open(path)).text).toContain('nothing to sign in to');
      expect((await who.browser.send(path, {})).text).toContain('nothing to sign in to');
    }
  });
});
