import type { IncomingMessage } from 'node:http';
import { beforeAll, beforeEach, expect, it } from 'vitest';
import { listen, type Listening } from '../emulators/listen.ts';
import { send } from '../emulators/misbehaviour.ts';
import { countDials } from '../attacks/egress/support.ts';
import { catalogFolder } from '../support/catalog-folder.ts';
import { connect } from '../support/connect.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { gated } from '../support/gated.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';

interface Redirector extends Listening {
  readonly requests: IncomingMessage[];
}

/** A provider that sends whoever asks for a thing elsewhere, and answers at `/here`. */
async function startRedirector(
  next: () => { readonly status: number; readonly location: string },
): Promise<Redirector> {
  const requests: IncomingMessage[] = [];
  const listening = await listen((request, response) => {
    if (request.url === '/me') return send(response, { status: 200, body: {} });
    requests.push(request);
    if (request.url === '/here') return send(response, { status: 200, body: { here: true } });
    const { status, location } = next();
    response.writeHead(status, { location, 'set-cookie': 'a=b' }).end('elsewhere');
  });
  return { ...listening, requests };
}

describeOnDatabases('a provider that redirects', ({ engine, migrated }) => {
  // Nothing of this is different with another database.
  const once = it.skipIf(engine === 'postgres');
  const catalogDirs = [catalogFolder({ gated: gated('gated') })];
  let plugboard: Plugboard;
  let provider: Redirector;
  let stranger: Redirector;
  let redirect = { status: 302, location: '/here' };
  let hop = 0;
  let bold: string;
  let connection: string;

  beforeAll(async () => {
    plugboard = await startPlugboard(await migrated(), { catalogDirs });
    bold = await plugboard.mint({ scopes: ['tools:call', 'tools:write_unasked'] });
  });

  beforeEach(async () => {
    hop = 0;
    provider = await startRedirector(() => ({
      ...redirect,
      location: redirect.location.replace('HOP', String((hop += 1))),
    }));
    stranger = await startRedirector(() => redirect);
    const fields = { base_url: provider.url, token: 'a-token-0123456' };
    connection = await connect(plugboard, ['gated', fields], { label: provider.url });
    return async () => void (await Promise.all([provider.stop(), stranger.stop()]));
  });

  const call = async (tool = 'get_thing') => {
    const path = `POST /api/v1/connections/${connection}/tools/${tool}/call`;
    return (await plugboard.call(path, { key: bold, body: { arguments: { name: 'a' } } })).body;
  };

  once.each([301, 302, 303, 307, 308])('is followed for a read with %i', async (status) => {
    covers('faults/redirects');
    redirect = { status, location: '/here' };
    expect(await call()).toMatchObject({ status: 'ok', output: { here: true } });
    expect(provider.requests.map(({ headers }) => headers.authorization)).toEqual(
      Array(2).fill('Bearer a-token-0123456'),
    );
  });

  once.each([
    ['in a circle', '/things/a'],
    ['a hundred times', '/hop/HOP'],
  ])('%s is followed five times', async (_how, location) => {
    covers('faults/redirects');
    redirect = { status: 302, location };
    expect(await call()).toMatchObject({
      status: 'rejected',
      reason: 'input',
      message: expect.stringContaining('more than 5 times'),
    });
    expect(provider.requests).toHaveLength(6);
  });

  once('elsewhere is told nothing that was meant for the first', async () => {
    covers('faults/redirects');
    redirect = { status: 307, location: `${stranger.url}/here` };
    expect(await call()).toMatchObject({ status: 'ok', output: { here: true } });
    const [asked] = stranger.requests;
    expect(asked?.headers).not.toHaveProperty('authorization');
    expect(asked?.headers).not.toHaveProperty('cookie');
    expect(asked?.rawHeaders.join(' ')).not.toContain('a-token-0123456');
  });

  once.each([
    'http://10.0.0.1/',
    'http://169.254.169.254/latest/',
    'http://[::1]:9/',
    'file:///etc/passwd',
    'http://user:pass@127.0.0.1/',
  ])('to %s is refused without a step there', async (location) => {
    covers('faults/redirects');
    redirect = { status: 302, location };
    const dials = await countDials(async () => {
      expect(await call()).toMatchObject({ status: 'rejected', reason: 'input' });
    });
    expect(dials).toBeLessThanOrEqual(1);
    expect(provider.requests).toHaveLength(1);
  });

  once.each([301, 302, 303, 307, 308])('is never followed for a write with %i', async (status) => {
    covers('faults/redirects');
    redirect = { status, location: `${stranger.url}/here` };
    expect(await call('make_thing')).toMatchObject({ status: 'rejected', reason: 'input' });
    expect([provider.requests.length, stranger.requests.length]).toEqual([1, 0]);
  });
});
