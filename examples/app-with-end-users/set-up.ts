/** Done once, by an owner who signs in: makes what the app needs, and prints it for `node --env-file`. */
const { PLUGBOARD_URL = 'http://localhost:7400', PLUGBOARD_EMAIL, PLUGBOARD_PASSWORD } = process.env;
const { PLUGBOARD_WORKSPACE = 'default', APP_ORIGIN = 'http://localhost:3000' } = process.env;
const plugboard = new URL(PLUGBOARD_URL).origin;

async function send(path: string, headers: Readonly<Record<string, string>>, body: object): Promise<Response> {
  const answer = await fetch(plugboard + path, {
    method: 'POST',
    headers: { origin: plugboard, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  if (answer.ok) return answer;
  throw new Error(`POST ${path} answered ${answer.status}: ${await answer.text()}`);
}

const signedIn = await send('/api/auth/sign-in/email', {}, { email: PLUGBOARD_EMAIL, password: PLUGBOARD_PASSWORD });
const cookie = signedIn.headers.getSetCookie().map((set) => set.split(';', 1)[0]);
const session = { cookie: cookie.join('; '), 'x-workspace': PLUGBOARD_WORKSPACE };
const make = async (path: string, body: object) => JSON.parse(await (await send(path, session, body)).text());

// #region set-up
await make(`/api/v1/workspaces/${PLUGBOARD_WORKSPACE}/origins`, { origin: APP_ORIGIN });
const app = await make('/api/v1/api-keys', { name: 'Issue desk', kind: 'app' });
const deciding = await make('/api/v1/api-keys', {
  name: 'Issue desk decides',
  kind: 'app',
  scopes: ['approvals:decide'],
});
const webhook = await make('/api/v1/webhooks', { url: `${APP_ORIGIN}/hooks/plugboard`, events: ['approval.*'] });
// #endregion

console.log(`PLUGBOARD_URL=${plugboard}
APP_ORIGIN=${APP_ORIGIN}
PLUGBOARD_APP_KEY=${app.key}
PLUGBOARD_DECIDING_KEY=${deciding.key}
PLUGBOARD_WEBHOOK_SECRET=${webhook.secret}`);
