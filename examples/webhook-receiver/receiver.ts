import { createServer, type IncomingMessage } from 'node:http';
import { verifyWebhook, WebhookError } from '@plugboard/sdk';
import { type Delivery, openInbox } from './inbox.ts';

const { PLUGBOARD_WEBHOOK_SECRET = '', PORT = '3000', INBOX = 'inbox.sqlite' } = process.env;
/** One, or while it is rotated two, with a space between them. */
const secrets = PLUGBOARD_WEBHOOK_SECRET.split(' ');
if (!secrets.every((secret) => /^whsec_[\w+/=-]{20,}$/.test(secret))) {
  console.error('Set PLUGBOARD_WEBHOOK_SECRET to the secret that was shown when the webhook was made: whsec_…');
  process.exit(1);
}
const inbox = openInbox(INBOX);

/** What you do about it. Anything that throws is tried again later: what it does twice must do no harm. */
async function handle({ id, type, body }: Delivery): Promise<void> {
  const { data }: { readonly data: Readonly<Record<string, unknown>> } = JSON.parse(body);
  console.log(`${type} of ${data['connection_id'] ?? data['webhook_id']} (${id})`);
}

// #region receive
/** Checks who sent it, keeps it, and answers: the work comes afterwards. */
async function receive(request: IncomingMessage): Promise<number> {
  if (request.method !== 'POST' || request.url !== '/hooks/plugboard') return 404;
  try {
    const body = await read(request);
    const { id, payload } = await verifyWebhook(body, request.headers, secrets);
    if (!inbox.keep({ id, type: payload.type, body })) console.log(`Already here (${id})`);
    return 204;
  } catch (error) {
    if (error instanceof WebhookError) return 400;
    console.error(error);
    // Not kept, so it has to come again.
    return 500;
  }
}
// #endregion

/** The body as it came: what is signed is its bytes. */
async function read(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) {
    body += chunk;
    if (body.length > 1_000_000) throw new WebhookError('body', 'That is no webhook of Plugboard: it is too long.');
  }
  return body;
}

// #region work
let isWorking = false;

/** Deals with what is in the inbox, in its order, one at a time; also what a process before this one left there. */
async function work(): Promise<void> {
  if (isWorking) return;
  isWorking = true;
  try {
    for (let next = inbox.next(); next; next = inbox.next()) {
      await handle(next);
      inbox.settle(next.id);
    }
  } catch (error) {
    console.error(error);
    setTimeout(work, 10_000).unref();
  } finally {
    isWorking = false;
  }
}
// #endregion

const server = createServer({ requestTimeout: 5_000 }, async (request, response) => {
  response.writeHead(await receive(request)).end();
  await work();
});

server.on('error', (error) => {
  console.error(`The receiver cannot listen: ${error.message}`);
  process.exitCode = 1;
});
server.listen(Number(PORT), '127.0.0.1', async () => {
  console.log(`Webhooks are taken at http://localhost:${PORT}/hooks/plugboard`);
  await work();
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => server.close());
