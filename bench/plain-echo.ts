import { listen } from '../tests/emulators/listen.ts';
import { tellParent } from './processes/tell-parent.ts';

/** The least a server can do with a request: reads all of it, and sends it back. */
const echo = await listen((request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => {
    const body = Buffer.concat(parts);
    response.writeHead(201, { 'content-type': 'application/json', 'content-length': body.length });
    response.end(body);
  });
});
tellParent({ echo: echo.url });
