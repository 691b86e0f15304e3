import { beforeAll, describe, expect, it } from 'vitest';
import { callback, confirm, goThrough, ours } from '../support/acme.ts';
import { browse, type Browsing } from '../support/browsing.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { addServer } from '../support/integrations.ts';
import { addPerson, type Person } from '../support/people.ts';
import { type ApiAnswer, type Plugboard, startPlugboard } from '../support/plugboard.ts';
import { type ProtectedMcp, startProtectedMcp } from '../support/protected-mcp.ts';

describeOnDatabases('a custom MCP server that one signs in to', ({ migrated }) => {
  let plugboard: Plugboard;
  let there: ProtectedMcp;
  let person: Person;
  let browser: Browsing;

  beforeAll(async () => {
    there = await startProtectedMcp({ toolScopes: { slow: 'write' } });
    plugboard = await startPlugboard(await migrated());
    person = await addPerson(plugboard, 'ADMIN');
    browser = browse(plugboard);
    for (const cookie of (await person.browse(ours)).split('; ')) browser.put(cookie);
    return () => there.stop();
  });

  const ask = (operation: string, body?: unknown): Promise<ApiAnswer> =>
    plugboard.call(operation, { key: person.token, ...(body === undefined ? {} : { body }) });

  async function add(endpoint = there.endpoint, fields?: object): Promise<string> {
    const body = { endpoint, auth_mode: 'mcp_oauth', ...(fields && { fields }) };
    const added = await addServer(plugboard, body, { key: person.token });
    expect(added, added.text).toMatchObject({ status: 201, body: { status: 'pending', auth_mode: 'mcp_oauth' } });
    return String(added.body['id']);
  }

  async function begin(id: string): Promise<URL> {
    const begun = await ask(`POST /api/v1/connections/${id}/oauth`, {});
    expect(begun.status, begun.text).toBe(200);
    return new URL(String(begun.body['oauthUrl']));
  }

  async function connect(): Promise<string> {
    const id = await add();
    const page = await goThrough(there, { browser, oauthUrl: (await begin(id)).href });
    const closing = await confirm(browser, page);
    expect(closing.status, closing.text).toBe(200);
    return id;
  }

  const call = (id: string, tool: string, args: object): Promise<ApiAnswer> =>
    ask(`POST /api/v1/connections/${id}/tools/${tool}/call`, { arguments: args });

  it('sends people to the server’s own authorization server, for that server alone', async () => {
    const url = await begin(await add());
    expect(`${url.origin}${url.pathname}`).toBe(there.oidc.endpoints.authorization);
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      resource: there.endpoint,
      redirect_uri: callback,
      code_challenge_method: 'S256',
      scope: 'read offline_access',
    });
  });

  it('is connected with its tools once somebody signed in, and carries their calls', async () => {
    const id = await connect();
    const connection = await ask(`GET /api/v1/connections/${id}`);
    expect(connection.body).toMatchObject({ status: 'connected', statusReason: null });
    const { text } = await ask(`GET /api/v1/integrations/${id}/tools`);
    expect(text).toContain('"echo"');
    expect(await ask(`POST /api/v1/integrations/${id}/test`)).toMatchObject({ body: { status: 'ok' } });
    expect(await call(id, 'echo', { message: 'hi' })).toMatchObject({ status: 200, body: { status: 'ok' } });
    expect(there.callers.at(-1)).toBe('ann');
  });

  it('registers us once for all of its connections', async () => {
    const [first, second] = [await begin(await add()), await begin(await add())];
    expect(first.searchParams.get('client_id')).toBe(second.searchParams.get('client_id'));
  });

  it('says that a tool wants more than was granted', async () => {
    const id = await connect();
    expect(await call(id, 'slow', { ms: 1 })).toMatchObject({ body: { status: 'rejected', reason: 'scope' } });
  });

  it('shows neither token nor client secret to anybody', async () => {
    const id = await connect();
    const all = await Promise.all(
      ['GET /api/v1/connections/', 'GET /api/v1/integrations/'].map(async (path) => (await ask(`${path}${id}`)).text),
    );
    expect(all.join()).not.toMatch(/client_secret|access_token|refresh_token/);
  });

  describe('whose authorization server registers nobody', () => {
    it('says what to make there, and with which redirect URL', async () => {
      const closed = await startProtectedMcp({ oidc: { registration: false } });
      const refused = await ask(`POST /api/v1/connections/${await add(closed.endpoint)}/oauth`, {});
      expect(refused.status).toBe(400);
      expect(refused.text).toContain(callback);
      await closed.stop();
    });

    it('is signed in to with a client that somebody made there', async () => {
      const closed = await startProtectedMcp({ oidc: { registration: false, redirectUris: [callback] } });
      const { clientId, clientSecret } = closed.oidc.client;
      const id = await add(closed.endpoint, { client_id: clientId, client_secret: clientSecret });
      const page = await goThrough(closed, { browser, oauthUrl: (await begin(id)).href });
      expect((await confirm(browser, page)).status).toBe(200);
      expect(await call(id, 'echo', { message: 'hi' })).toMatchObject({ body: { status: 'ok' } });
      expect((await ask(`GET /api/v1/integrations/${id}`)).text).not.toContain(clientSecret);
      await closed.stop();
    });

    it.each([
      ['another field', 'mcp_oauth', { client_key: 'x' }],
      ['a secret of no client', 'mcp_oauth', { client_secret: 'x' }],
      ['a client where nobody signs in', 'none', { client_id: 'x' }],
    ])('takes no %s', async (_what, auth_mode, fields) => {
      const answer = await addServer(plugboard, { endpoint: there.endpoint, auth_mode, fields }, { key: person.token });
      expect(answer.status).toBe(400);
    });
  });

  it('that is away, or is no such server, is said at once', async () => {
    const gone = await startProtectedMcp();
    const id = await add(gone.endpoint);
    await gone.stop();
    expect(await ask(`POST /api/v1/connections/${id}/oauth`, {})).toMatchObject({ status: 502 });
  });
});
