import { beforeAll, expect, it } from 'vitest';
import { type Browsing, browse } from '../support/browsing.ts';
import { catalogFolder } from '../support/catalog-folder.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { addPerson, type Person } from '../support/people.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';
import { type ProtectedMcp, startProtectedMcp } from '../support/protected-mcp.ts';

const publicUrl = 'http://localhost:7400';
const manifest = (endpoint: string) => `
schema: 1
id: notes
name: Notes
version: 1.0.0
description: A server that keeps notes, and wants more for some of its tools.
category: testing
auth_mode: mcp_oauth
brand_color: '#000000'
verify: { kind: mcp }
mcp: { url: '${endpoint}' }
`;

describeOnDatabases('an MCP server that wants more than was granted', ({ migrated }) => {
  let plugboard: Plugboard;
  let server: ProtectedMcp;
  let person: Person;
  let browser: Browsing;
  let id: string;

  beforeAll(async () => {
    server = await startProtectedMcp({ toolScopes: { echo: 'write' } });
    const catalogDirs = [catalogFolder({ notes: manifest(server.endpoint) })];
    plugboard = await startPlugboard(await migrated(), { catalogDirs });
    person = await addPerson(plugboard, 'ADMIN');
    browser = browse(plugboard);
    for (const cookie of (await person.browse(publicUrl)).split('; ')) browser.put(cookie);
    return () => server.stop();
  });

  const finish = async (oauthUrl: string) => {
    const back = await server.oidc.signIn(oauthUrl);
    const came = await browser.open(`${back.pathname}${back.search}`);
    const shown = came.to === undefined ? came : await browser.open(came.to);
    return browser.send(/action="([^"]*\/confirm)"/.exec(shown.text)?.[1] ?? '', { accept: 'yes' });
  };
  const say = () =>
    plugboard.call(`POST /api/v1/connections/${id}/tools/echo/call`, {
      key: person.token,
      body: { arguments: { message: 'Hello' } },
    });
  const record = async () => (await plugboard.call(`GET /api/v1/connections/${id}`, { key: person.token })).body;

  it('is installed, and signed in to at the connection’s own address', async () => {
    covers('001/mcp-oauth-next', '001/install-mcp-oauth');
    const installed = await plugboard.call('POST /api/v1/connectors/notes/install?workspace_id=default', {
      key: person.token,
      body: {},
    });
    expect(installed).toMatchObject({ status: 201, body: { next_step: 'mcp_oauth' } });
    id = String(installed.body['integration_id']);
    expect(await record()).toMatchObject({ status: 'pending' });
    const begun = await plugboard.call(`POST /api/v1/connections/${id}/oauth`, { key: person.token });
    expect(begun.status, begun.text).toBe(200);
    await finish(String(begun.body['oauthUrl']));
    expect(await record()).toMatchObject({ status: 'connected' });
  });

  it('says what it wants, and the answer names the page where a person grants that', async () => {
    covers('scopes/step-up', 'scopes/challenged');
    const { status, body } = await say();
    expect({ status, body }).toMatchObject({
      status: 200,
      body: { status: 'rejected', reason: 'scope', scopes: ['write'] },
    });
    expect(String(body['connect_url'])).toContain(`${publicUrl}/connect/${id}~`);
    expect(await record()).toMatchObject({ status: 'connected' });
    const sent = await browser.send(new URL(String(body['connect_url'])).pathname, {});
    const asking = new URL(onwards(sent));
    expect(asking.searchParams.get('scope')?.split(' ')).toEqual(expect.arrayContaining(['read', 'write']));
    await finish(asking.href);
    expect((await say()).body).toMatchObject({ status: 'ok' });
  });
});

/** Where a page takes a browser that leaves. */
function onwards({ text }: { readonly text: string }): string {
  const [, address = ''] = /<a href="(https?:[^"]+)"/.exec(text) ?? [];
  return address.replaceAll(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code))).replaceAll('&amp;', '&');
}
