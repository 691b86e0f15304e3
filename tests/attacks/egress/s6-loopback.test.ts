import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countDials, expectProblem, listenHttp, nameServer, openEgress, type Listening } from './support.ts';

describe('S6: loopback for agent endpoints and custom MCP servers', () => {
  let agent: Listening;
  const dns = nameServer({ 'agent.example': ['127.0.0.1'], 'six.example': ['::1'] });
  const local = openEgress({ resolver: dns.resolver });
  beforeAll(async () => {
    agent = await listenHttp((request, response) => {
      if (request.url === '/away') response.writeHead(302, { location: '/here' });
      response.end('hello');
    });
  });
  afterAll(async () => {
    await local.close();
    await agent.close();
  });

  it.each(['127.0.0.1', 'localhost', 'LOCALHOST', 'localhost.'])('reaches %s where it is permitted', async (host) => {
    const answer = await local.request({ method: 'GET', url: `http://${host}:${agent.port}/`, loopback: true });
    expect(answer.body.toString()).toBe('hello');
  });

  it.each([
    'agent.example',
    'six.example',
    'foo.localhost',
    '[::ffff:127.0.0.1]',
    '0.0.0.0',
    '[::]',
    '10.0.0.1',
    '192.168.1.1',
  ])('does not reach %s under the same permission', async (host) => {
    const url = `http://${host}:${agent.port}/`;
    const dials = await countDials(async () => {
      await expectProblem(local.request({ method: 'GET', url, loopback: true }), 'refused', false);
      await expectProblem(local.check(url, { loopback: true }), 'refused', false);
      await expectProblem(local.fetch({ loopback: true })(url), 'refused', false);
    });
    expect(dials).toBe(0);
  });

  it('keeps no permission from an earlier call to the same origin', async () => {
    const url = `http://127.0.0.1:${agent.port}/`;
    await local.request({ method: 'GET', url, loopback: true });
    await expectProblem(local.request({ method: 'GET', url }), 'refused', false);
    await expectProblem(local.fetch()(url), 'refused', false);
  });

  it('follows no redirect to loopback, not even from there', async () => {
    const url = `http://127.0.0.1:${agent.port}/away`;
    const failure = await expectProblem(
      local.request({ method: 'GET', url, redirects: 3, loopback: true }),
      'refused',
      true,
    );
    expect(failure.message).toContain('loopback');
    await expectProblem(local.fetch({ loopback: true })(url), 'refused', true);
    const handedBack = await local.request({ method: 'GET', url, loopback: true });
    expect(handedBack.status).toBe(302);
  });

  it.each(['127.0.0.1', '127.0.0.2', 'localhost', '[::1]'])('refuses our own port on %s', async (host) => {
    const ownAddresses = { host: '127.0.0.1', port: agent.port, publicUrl: `http://localhost:${agent.port + 1}` };
    for (const allow of [[], ['0.0.0.0/0', '::/0', 'localhost']]) {
      const egress = openEgress({ allow, ownAddresses });
      const dials = await countDials(async () => {
        for (const port of [agent.port, agent.port + 1])
          await expectProblem(
            egress.request({ method: 'GET', url: `http://${host}:${port}/`, loopback: true }),
            'refused',
            false,
          );
      });
      expect(dials).toBe(0);
      await egress.close();
    }
  });

  it('refuses 0.0.0.0 with our own port even when everything is allowed', async () => {
    const ownAddresses = { host: '0.0.0.0', port: agent.port, publicUrl: 'https://plugboard.example' };
    const egress = openEgress({ allow: ['0.0.0.0/0'], ownAddresses });
    await expectProblem(egress.request({ method: 'GET', url: `http://0.0.0.0:${agent.port}/` }), 'refused', false);
    await egress.close();
  });

  it.each([
    { host: '0.0.0.0', port: 1, publicUrl: 'http://127.0.0.1:1' },
    { host: '127.0.0.1', port: 1, publicUrl: 'https://plugboard.example' },
    { host: '127.0.0.1', port: 1, publicUrl: 'http://localhost.example:1' },
    { host: '::', port: 1, publicUrl: 'not a url' },
  ])('permits nothing when listener or public URL is not loopback: %o', async (ownAddresses) => {
    const egress = openEgress({ ownAddresses });
    const dials = await countDials(async () => {
      const url = `http://127.0.0.1:${agent.port}/`;
      await expectProblem(egress.request({ method: 'GET', url, loopback: true }), 'refused', false);
    });
    expect(dials).toBe(0);
    await egress.close();
  });
});
