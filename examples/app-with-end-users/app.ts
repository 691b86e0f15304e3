import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { type Home, homePage, problemPage, signInPage } from './pages.ts';
import { ask, asUser, callTool, makeLink, Refused } from './plugboard.ts';
import { isFrom, openSessions, type Session, users } from './sessions.ts';
import { type Delivery, isSigned } from './webhook.ts';

/** Keys come from the environment, and stay on this side. */
function setting(name: string): string {
  const value = process.env[name];
  if (value) return value;
  throw new Error(`Set ${name}: README.md says to what.`);
}

const plugboard = new URL(setting('PLUGBOARD_URL')).origin;
const { origin, port } = new URL(setting('APP_ORIGIN'));
const webhookSecret = setting('PLUGBOARD_WEBHOOK_SECRET');
const app = { plugboard, key: setting('PLUGBOARD_APP_KEY') };
const decider = { plugboard, key: setting('PLUGBOARD_DECIDING_KEY') };
const sessions = openSessions(origin);
const project = 'acme/api';

/** A write that a user wants. Yours are rows of a database. */
interface Wish {
  readonly user: string;
  readonly args: { readonly project: string; readonly title: string };
  state: string;
}

/** By the approval that each waits for. */
const wishes = new Map<string, Wish>();

const show = (page: string, status = 200) =>
  new Response(page, { status, headers: { 'content-type': 'text/html; charset=utf-8' } });
const goTo = (location: string) => new Response(null, { status: 303, headers: { location } });
const noPage = () => show(problemPage('There is no such page, or its form is too old.'), 404);

async function home(session: Session): Promise<Response> {
  const { user } = session;
  const as = await asUser(app, user);
  const connections = await ask<Home['connections']>(as, 'GET /api/v1/connections');
  const listed = connections.length > 0 && (await callTool(as, { tool: 'list_issues', args: { project } }));
  const issues = (listed && listed.output?.items) || [];
  const own = [...wishes].filter(([, wish]) => wish.user === user);
  const shown = own.map(([id, { args, state }]) => ({ id, title: args.title, state }));
  return show(homePage({ session, name: users.get(user) ?? user, connections, issues, wishes: shown, plugboard }));
}

type Act = (user: string, form: URLSearchParams, headers: IncomingMessage['headers']) => Promise<Response>;

/** What a form does, for whoever is signed in. */
const acts: Readonly<Record<string, Act>> = {
  '/connect': async (user, _form, { accept }) => {
    const link = await makeLink(app, user, `${origin}/`);
    return accept === 'application/json' ? Response.json(link) : goTo(link.url);
  },
  '/issues': async (user, form) => {
    const args = { project, title: form.get('title') ?? '' };
    const { approval_id: id, message } = await callTool(await asUser(app, user), { tool: 'create_issue', args });
    if (id === undefined) return show(problemPage(message ?? 'Nothing had to be decided.'));
    wishes.set(id, { user, args, state: 'waits for you' });
    return goTo('/');
  },
  // #region approval
  '/decide': async (user, form) => {
    const id = form.get('id') ?? '';
    if (wishes.get(id)?.user !== user) return noPage();
    const wish = { return_url: `${origin}/` };
    const link = await ask<{ readonly url: string }>(decider, `POST /api/v1/approvals/${id}/link`, wish);
    return goTo(link.url);
  },
  // #endregion
  // #region erase
  '/forget': async (user, _form, { cookie }) => {
    await ask(app, `DELETE /api/v1/end-users/${encodeURIComponent(user)}`);
    for (const [id, wish] of wishes) if (wish.user === user) wishes.delete(id);
    sessions.end(cookie);
    return goTo('/');
  },
  // #endregion
  '/sign-out': async (_user, _form, { cookie }) => {
    sessions.end(cookie);
    return goTo('/');
  },
};

// #region decided
/** Takes in what a webhook says. What arrives twice changes nothing: what is settled stays so. */
async function hear({ type, data }: Delivery): Promise<void> {
  const wish = wishes.get(data.approval_id ?? '');
  if (wish?.state !== 'waits for you' || wish.user !== data.end_user?.id) return;
  if (type === 'approval.expired') wish.state = 'ran out of time';
  if (type === 'approval.decided') wish.state = data.decision === 'approved' ? await outcomeOf(wish) : 'declined';
}

/** The same call again collects what came of the first: nothing is sent a second time. */
async function outcomeOf({ user, args }: Wish): Promise<string> {
  const { status } = await callTool(await asUser(app, user), { tool: 'create_issue', args, waitSeconds: 4 });
  return status === 'ok' ? 'done' : status;
}
// #endregion

const script = readFileSync(new URL('browser.js', import.meta.url), 'utf8');

async function answer({ method, url = '/', headers }: IncomingMessage, body: string): Promise<Response> {
  const { pathname } = new URL(url, origin);
  const session = sessions.of(headers.cookie);
  if (method === 'GET' && pathname === '/') return session ? home(session) : show(signInPage(users));
  if (method === 'GET' && pathname === '/browser.js')
    return new Response(script, { headers: { 'content-type': 'text/javascript' } });
  if (method === 'POST' && pathname === '/hooks/plugboard') {
    if (!isSigned(webhookSecret, headers, body)) return new Response(null, { status: 401 });
    await hear(JSON.parse(body));
    return new Response(null, { status: 204 });
  }
  // What changes something comes from a page of ours (CSRF): from its origin, with the token of its session.
  const form = new URLSearchParams(body);
  const user = form.get('user') ?? '';
  if (method !== 'POST' || headers.origin !== origin) return noPage();
  if (pathname === '/sign-in' && users.has(user))
    return new Response(null, { status: 303, headers: { location: '/', 'set-cookie': sessions.begin(user) } });
  const act = acts[pathname];
  return act && session && isFrom(session, form) ? act(session.user, form, headers) : noPage();
}

const safety = {
  'content-security-policy': `default-src 'none'; script-src 'self' ${plugboard}; connect-src 'self'; form-action 'self' ${plugboard}; frame-ancestors 'none'; base-uri 'none'`,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'cache-control': 'no-store',
};

async function read(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) {
    body += chunk;
    if (body.length > 100_000) throw new Refused('That is too much at once.');
  }
  return body;
}

createServer(async (request, response) => {
  const reply = await read(request)
    .then((body) => answer(request, body))
    .catch((error: unknown) => {
      console.error(error);
      return show(problemPage(error instanceof Refused ? error.message : 'Try again later.'), 502);
    });
  response.writeHead(reply.status, { ...safety, ...Object.fromEntries(reply.headers) }).end(await reply.text());
}).listen(Number(port || 3000), '127.0.0.1', () => console.log(`The app is at ${origin}`));
