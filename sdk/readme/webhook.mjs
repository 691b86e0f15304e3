import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { verifyWebhook, WebhookError } from '@plugboard/sdk';

const { WEBHOOK_SECRET = '', PORT = '0' } = process.env;

const server = createServer(async (request, response) => {
  try {
    const { id, payload } = await verifyWebhook(await text(request), request.headers, WEBHOOK_SECRET);
    process.stdout.write(`${id}: ${payload.type}\n`);
    response.writeHead(204).end();
  } catch (error) {
    response.writeHead(error instanceof WebhookError ? 400 : 500).end();
  }
});
server.listen(Number(PORT), '127.0.0.1');
