import { createServer } from 'node:https';
import { getCACertificates, setDefaultCACertificates, type TLSSocket } from 'node:tls';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { makeCertificate, type Certificate } from './certificate.ts';
import { expectProblem, listenHttp, nameServer, openEgress } from './support.ts';

const trustedBefore = getCACertificates('default');
const opened: { close(): unknown }[] = [];

function trust(...certificates: readonly Certificate[]): void {
  setDefaultCACertificates([...trustedBefore, ...certificates.map(({ cert }) => cert)]);
}

async function serve(certificate: Certificate) {
  const names: (string | undefined)[] = [];
  const reused: boolean[] = [];
  const server = createServer(certificate, (request, response) =>
    response.setHeader('connection', 'close').end(request.headers.host),
  );
  server.on('secureConnection', (socket: TLSSocket) => {
    names.push(typeof socket.servername === 'string' ? socket.servername : undefined);
    reused.push(socket.isSessionReused());
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  opened.push(server);
  const address = server.address();
  return { port: typeof address === 'object' && address !== null ? address.port : 0, names, reused };
}

function door() {
  const { resolver } = nameServer({ 'api.example': ['127.0.0.1'], 'evil.example': ['127.0.0.1'] });
  const egress = openEgress({ allow: ['127.0.0.1'], resolver });
  opened.push(egress);
  return egress;
}

afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});
afterAll(() => setDefaultCACertificates(trustedBefore));

describe('S24: the name stays with the connection, whichever address is dialled', () => {
  const certificate = makeCertificate('api.example');

  it('asks for the name, checks it and sends it as Host', async () => {
    trust(certificate);
    const server = await serve(certificate);
    const egress = door();
    const url = `https://api.example.:${server.port}/`;
    const answer = await egress.request({ method: 'GET', url });
    expect(answer.body.toString()).toBe(`api.example:${server.port}`);
    await egress.request({ method: 'GET', url });
    expect(server.names).toEqual(['api.example', 'api.example']);
    expect(server.reused).toEqual([false, true]);
  });

  it('refuses the certificate of another host before anything is sent', async () => {
    trust(certificate);
    const server = await serve(certificate);
    for (const host of ['evil.example', '127.0.0.1']) {
      const call = door().request({ method: 'POST', url: `https://${host}:${server.port}/`, body: 'secret' });
      expect((await expectProblem(call, 'tls', false)).message).toContain('another host');
    }
  });

  it('refuses a certificate nobody vouches for, or an expired one, even if the environment says not to look', async () => {
    const expired = makeCertificate('api.example', -1);
    trust(expired);
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    try {
      for (const own of [certificate, expired]) {
        const { port } = await serve(own);
        await expectProblem(door().request({ method: 'GET', url: `https://api.example:${port}/` }), 'tls', false);
      }
    } finally {
      delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    }
  });

  it('speaks no plain HTTP where TLS was asked for', async () => {
    const plain = await listenHttp((_request, response) => response.end());
    const call = door().request({ method: 'GET', url: `https://127.0.0.1:${plain.port}/` });
    await expectProblem(call, 'tls', false);
    await plain.close();
  });

  it('follows no redirect from https to http', async () => {
    trust(certificate);
    const downgrade = createServer(certificate, (_request, response) =>
      response.writeHead(302, { location: 'http://api.example/' }).end(),
    );
    await new Promise<void>((done) => downgrade.listen(0, '127.0.0.1', done));
    opened.push(downgrade);
    const address = downgrade.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const call = door().request({ method: 'GET', url: `https://api.example:${port}/`, redirects: 3 });
    expect((await expectProblem(call, 'refused', true)).message).toContain('https to http');
  });
});
