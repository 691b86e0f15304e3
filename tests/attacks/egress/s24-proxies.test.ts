import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { listenHttp, listenTcp } from './support.ts';

const createEgress = fileURLToPath(new URL('../../../server/src/egress/create-egress.ts', import.meta.url));

const program = `
  const { createEgress } = await import(process.env.EGRESS);
  const own = { host: '127.0.0.1', port: 1, publicUrl: 'http://127.0.0.1:1' };
  const egress = createEgress({ allow: ['127.0.0.1'], ownAddresses: own });
  const url = process.env.TARGET;
  const whole = await egress.request({ method: 'GET', url });
  const fetched = await (await egress.fetch()(url)).text();
  process.stdout.write(whole.body + ' ' + fetched);
  await egress.close();
`;

it('S24: follows no proxy the environment names', async () => {
  const server = await listenHttp((_request, response) => response.end('direct'));
  const proxy = await listenTcp((socket) => socket.destroy());
  const names = [
    'HTTP_PROXY',
    'HTTPS_PROXY',
    'ALL_PROXY',
    'http_proxy',
    'https_proxy',
    'all_proxy',
    'npm_config_proxy',
  ];
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    env: {
      ...Object.fromEntries(names.map((name) => [name, proxy.url])),
      NODE_USE_ENV_PROXY: '1',
      EGRESS: createEgress,
      TARGET: server.url,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  for await (const chunk of child.stdout) printed += String(chunk);
  expect(printed).toBe('direct direct');
  expect(proxy.accepted()).toBe(0);
  await server.close();
  await proxy.close();
});
