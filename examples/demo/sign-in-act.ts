import { type ApiClient, listAt, textAt, valueAt } from './client.ts';
import { expect, scene, show, tell } from './narrate.ts';
import type { World } from './world.ts';

/** An MCP server that nobody enters without an account: from its address to a call in somebody's name. */
export async function signIn(admin: ApiClient, { notes }: Pick<World, 'notes'>): Promise<void> {
  scene('Sign in to a server that wants to know who asks');
  tell(`A real MCP server behind OAuth is at ${notes.endpoint}, and nobody has registered anything there.`);
  const server = { name: 'Notes', transport: 'streamable-http', endpoint: notes.endpoint, auth_mode: 'mcp_oauth' };
  const id = textAt(await admin.post('/api/v1/integrations', server), 'body', 'id');
  const begun = await admin.post(`/api/v1/connections/${id}/oauth`);
  const page = textAt(begun, 'body', 'oauthUrl');
  expect(page.startsWith(notes.oidc.issuer), 'Plugboard found where to sign in and became a client there');
  tell('Plugboard asked the server who signs people in, registered as a client, and answers with the page to open:');
  show(page);
  const back = await notes.oidc.signIn(page, 'ann');
  const closing = await (await fetch(back)).text();
  expect(closing.includes('Notes'), 'the page at the end says what is connected');
  tell('Ann signs in there and says yes. Her browser comes back with a code that works once.');
  const { body } = await admin.get(`/api/v1/connections/${id}`);
  expect(textAt(body, 'status') === 'connected', 'the connection is made');
  tell(`Connected, for: ${listAt(body, 'scopes').join(', ')}. The token is sealed, and renewed before it ends.`);
  const call = `/api/v1/connections/${id}/tools/echo/call`;
  const called = await admin.post(call, { arguments: { message: 'Hello from Plugboard' } });
  expect(textAt(called, 'body', 'status') === 'ok', 'a call goes through');
  show(valueAt(called, 'body', 'output'));
  tell(`The server knows who called: ${notes.callers.join(', ')}.`);
}
