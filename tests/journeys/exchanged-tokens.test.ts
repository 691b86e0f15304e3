import { beforeAll, expect, it } from 'vitest';
import { type KeyExchange, keyExchangeManifest, startKeyExchange } from '../emulators/key-exchange.ts';
import { catalogFolder } from '../support/catalog-folder.ts';
import { connect } from '../support/connect.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { heldClock } from '../support/held-clock.ts';
import { connectedNamed, connectNamed, settled } from '../support/named-connections.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';
import { getThing } from '../support/signed-in-api.ts';

const hourMs = 3_600_000;

describeOnDatabases('values that are exchanged for a token', ({ migrated }) => {
  let provider: KeyExchange;
  let plugboard: Plugboard;
  const clock = heldClock();

  beforeAll(async () => {
    provider = await startKeyExchange();
    const catalogDirs = [catalogFolder({ 'two-step': keyExchangeManifest('two-step', provider) })];
    plugboard = await startPlugboard(await migrated(), { catalogDirs, clock });
    return () => provider.stop();
  });

  const statusOf = async (id: string) => (await plugboard.call(`GET /api/v1/connections/${id}`)).body;
  const named = (key: string) => ({ name: 'Two steps', security: { key }, headers: { 'X-Team': 'one' } });

  it('are verified with a token that nobody keeps', async () => {
    const verify = (key: string) =>
      plugboard.call('POST /api/v1/connectors/two-step/verify?workspace_id=default', { body: { fields: { key } } });
    expect((await verify(provider.key)).body).toEqual({ ok: true, message: '' });
    const wrong = await verify('a-key-of-nobody-0123456789');
    expect(wrong.body).toMatchObject({ ok: false, message: expect.stringContaining('No such key') });
    expect(wrong.text).not.toContain('a-key-of-nobody');
    const kept = await plugboard.app.storage.rows.selectFrom('connection_secrets').selectAll().execute();
    expect(kept).toEqual([]);
  });

  it('are submitted, exchanged before they count, and exchanged again when the token is over', async () => {
    covers('renewal/exchange');
    const id = await connect(plugboard, ['two-step', { key: provider.key }]);
    expect(await statusOf(id)).toMatchObject({ status: 'connected', account: 'ann' });
    const before = provider.sessions.length;
    expect((await getThing(plugboard, id)).body).toMatchObject({ status: 'ok', output: { name: 'ann' } });
    expect(provider.sessions).toHaveLength(before);
    expect(provider.calls.at(-1)).toMatchObject({ 'x-session': provider.sessions.at(-1) });
    clock.forward(hourMs);
    const answers = await Promise.all(Array.from({ length: 20 }, () => getThing(plugboard, id)));
    expect(answers.map(({ body }) => body['status'])).toEqual(answers.map(() => 'ok'));
    expect(provider.sessions).toHaveLength(before + 1);
    expect(JSON.stringify(provider.calls)).not.toContain(provider.key);
  });

  it('are exchanged in the background where nobody waits for the provider, with headers of their own', async () => {
    covers('renewal/exchange');
    const id = await connectedNamed(plugboard, 'two-step', named(provider.key));
    expect((await getThing(plugboard, id)).body).toMatchObject({ status: 'ok' });
    expect(provider.calls.at(-1)).toMatchObject({ 'x-session': provider.sessions.at(-1), 'x-team': 'one' });
    clock.forward(hourMs);
    expect((await getThing(plugboard, id)).body).toMatchObject({ status: 'ok' });
    expect(provider.calls.at(-1)).toMatchObject({ 'x-session': provider.sessions.at(-1), 'x-team': 'one' });
  });

  it('are exchanged again when the provider has ended the session early', async () => {
    const id = await connect(plugboard, ['two-step', { key: provider.key }], { label: 'Early' });
    clock.forward(120_000);
    provider.endSessions();
    const before = provider.sessions.length;
    expect((await getThing(plugboard, id)).body).toMatchObject({ status: 'ok' });
    expect(provider.sessions).toHaveLength(before + 1);
  });

  it('that the provider does not take are refused where they are submitted, and auth_failed where it finds out later', async () => {
    const started = await plugboard.call('POST /api/v1/connections', {
      body: { connectorSlug: 'two-step', label: 'Wrong' },
    });
    const url = new URL(String(started.body['credentialSubmitUrl']));
    const submitted = await plugboard.call(`POST ${url.pathname}`, { body: { fields: { key: 'nobody-s-key-0123' } } });
    expect(submitted).toMatchObject({ status: 422 });
    expect(submitted.text).toContain('No such key');
    const record = await settled(plugboard, await connectNamed(plugboard, 'two-step', named('nobody-s-key-0123')));
    expect(record).toMatchObject({ status: 'auth_failed', statusReason: expect.stringContaining('No such key') });
  });

  it('are sent where the provider says only as far as the manifest lets it', async () => {
    covers('renewal/exchange-origins');
    provider.moveTo('http://169.254.169.254');
    const { body } = await connectNamed(plugboard, 'two-step', named(provider.key));
    const id = String(body['id']);
    await expect.poll(async () => (await statusOf(id))['statusReason']).toContain('api_url');
    expect(await statusOf(id)).toMatchObject({ status: 'pending' });
    provider.moveTo(provider.apiUrl);
  });

  it('that the provider takes no more make the connection auth_failed, and ask it no further', async () => {
    const id = await connect(plugboard, ['two-step', { key: provider.key }], { label: 'Last' });
    provider.takeNoKey();
    clock.forward(hourMs);
    expect((await getThing(plugboard, id)).body).toMatchObject({ status: 'rejected', reason: 'auth' });
    expect(await statusOf(id)).toMatchObject({
      status: 'auth_failed',
      statusReason: expect.stringContaining('No such key'),
    });
  });
});
