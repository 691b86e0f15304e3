import { beforeAll, expect, it } from 'vitest';
import * as z from 'zod';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';
import { movableClock } from '../support/started-access.ts';
import { connectChanging, reading, seenDigest } from '../support/tool-store.ts';

describeOnDatabases('tools that a server adds', ({ migrated }) => {
  const clock = movableClock();
  let plugboard: Plugboard;
  let agent: string;

  beforeAll(async () => {
    plugboard = await startPlugboard(await migrated(), { clock });
    agent = await plugboard.mint();
  });

  const policy = (id: string, newTools: string, key?: string) =>
    plugboard.call(`PATCH /api/v1/connections/${id}/tools`, {
      ...(key === undefined ? {} : { key }),
      body: { new_tools: newTools },
    });

  it('is offered: a read runs, a write asks a person even of a key whose writes run unasked', async () => {
    covers('tool-store/new-tools');
    const { server, id, ...store } = await connectChanging(plugboard, clock, { known: { description: 'Writes.' } });
    const unasked = await plugboard.mint({ scopes: ['tools:call', 'tools:write_unasked'] });
    server.addTool('later_read', reading);
    server.addTool('later_write', { description: 'Writes.' });
    await store.look();
    expect((await store.call('later_read', { key: unasked })).body).toMatchObject({ status: 'ok' });
    expect((await store.call('known', { key: unasked })).body).toMatchObject({ status: 'ok' });
    expect((await store.call('later_write', { key: unasked })).status).toBe(202);
    const lift = { body: { requires_confirmation: false } };
    const path = `PATCH /api/v1/connections/${id}/tools/later_write`;
    const program = await plugboard.mint({ kind: 'app', role: 'OWNER' });
    expect((await plugboard.call(path, { ...lift, key: program })).status).toBe(403);
    expect((await plugboard.call(path, lift)).status).toBe(200);
    expect((await store.call('later_write', { key: unasked })).body).toMatchObject({ status: 'ok' });
    await server.stop();
  });

  it('is held where the connection says so, until a person accepts it; the first list is not', async () => {
    covers('tool-store/new-tools');
    const { server, id, ...store } = await connectChanging(plugboard, clock, { known: reading });
    expect((await policy(id, 'hold')).body).toEqual({ new_tools: 'hold' });
    server.addTool('later', reading);
    expect(await store.lookAt('later')).toMatchObject({ held: true, description: '' });
    const refused = await store.call('later', { key: agent });
    expect(refused.body).toMatchObject({ status: 'rejected', reason: 'held', message: expect.stringContaining('new') });
    const shown = await store.change('later');
    expect(shown.body).toMatchObject({ held: true, accepted: null, seen: { description: 'Reads the mail.' } });
    expect((await store.accept('later', seenDigest(shown))).status).toBe(200);
    expect((await store.call('later', { key: agent })).body).toMatchObject({ status: 'ok' });
    expect((await store.call('known', { key: agent })).body).toMatchObject({ status: 'ok' });
    await server.stop();
  });

  it('is not let in by a program that says they are to be offered again', async () => {
    covers('tool-store/new-tools');
    const { server, id } = await connectChanging(plugboard, clock, {});
    const program = await plugboard.mint({ kind: 'app', role: 'OWNER' });
    expect((await policy(id, 'hold', program)).status).toBe(200);
    expect((await policy(id, 'offer', program)).status).toBe(403);
    expect((await policy(id, 'ask')).status).toBe(400);
    expect((await plugboard.call(`GET /api/v1/connections/${id}/tools`)).body).toMatchObject({ new_tools: 'hold' });
    expect((await policy(id, 'offer')).status).toBe(200);
    await server.stop();
  });

  it('is nothing a connection of the catalog has', async () => {
    covers('tool-store/new-tools');
    const { body } = await plugboard.call('POST /api/v1/connections', { body: { connectorSlug: 'github' } });
    const connection = body['connection'];
    const id = typeof connection === 'object' && connection !== null && 'id' in connection ? String(connection.id) : '';
    expect((await policy(id, 'hold')).status).toBe(400);
    expect((await plugboard.call(`GET /api/v1/connections/${id}/tools/list_issues/change`)).status).toBe(404);
  });

  const hidden = { ...reading, description: 'Reads the mail.\u200b\u{e0065}\u{e0076}\u{e0069}\u{e006c}' };

  it('is held at first sight where it hides something from people, in the first list too', async () => {
    covers('tool-store/hidden-characters');
    const inSchema = { ...reading, input: { to: z.string().describe('An \u202eaddress') } };
    const { server, ...store } = await connectChanging(plugboard, clock, { hidden, inSchema, plain: reading });
    const listed = await store.look();
    expect(listed.filter(({ held }) => held).map(({ tool }) => tool)).toEqual(['hidden', 'inSchema']);
    const shown = await store.change('hidden');
    expect(shown.body['flags']).toEqual([
      { kind: 'tag_characters', path: '/description', message: expect.stringContaining('"evil"') },
      { kind: 'zero_width', path: '/description', message: expect.stringContaining('U+200B') },
    ]);
    expect((await store.change('inSchema')).body['flags']).toMatchObject([
      { kind: 'bidirectional', path: '/input/properties/to/description' },
    ]);
    expect((await store.call('hidden', { key: agent })).body).toMatchObject({ reason: 'held' });
    expect((await store.accept('hidden', seenDigest(shown))).status).toBe(200);
    expect(await store.lookAt('hidden')).toMatchObject({ held: false, flags: [{}, {}] });
    await server.stop();
  });

  it('is held where its name looks like one that is there; that one goes on', async () => {
    covers('tool-store/hidden-characters');
    const { server, ...store } = await connectChanging(plugboard, clock, { send_mail: reading });
    server.addTool('send_mai1', reading);
    const twin = await store.lookAt('send_mai1');
    expect(twin).toMatchObject({ held: true, flags: [{ kind: 'look_alike', path: '/name' }] });
    expect((await store.call('send_mail', { key: agent })).body).toMatchObject({ status: 'ok' });
    await server.stop();
  });

  it('is found when it alone has changed among a thousand', async () => {
    const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, number) => [`tool_${number}`, reading]));
    const { server, ...store } = await connectChanging(plugboard, clock, many);
    server.addTool('tool_700', { ...reading, description: 'Reads something else.' });
    const listed = await store.look();
    expect(listed.length).toBeGreaterThan(1_000);
    expect(listed.filter(({ held }) => held).map(({ tool }) => tool)).toEqual(['tool_700']);
    await server.stop();
  });
});
