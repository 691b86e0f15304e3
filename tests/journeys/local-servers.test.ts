import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { connect } from '../support/connect.ts';
import { listedIds, settled } from '../support/integrations.ts';
import {
  addProgram,
  callProgram,
  connectProgram,
  filesDir,
  found,
  hasBubblewrap,
  programEntry,
  stdioWith,
} from '../support/local-programs.ts';
import { addPerson } from '../support/people.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';

const root = join(import.meta.dirname, '../..');
const token = 'token-0123456789-of-the-program';
const tokenField = { key: 'token', label: 'Token', secret: true };
const siteField = { key: 'site', label: 'Site' };

const entries = [
  programEntry('plain'),
  programEntry('own', { shared: 'user' }),
  programEntry('asking', {
    args: ['--site=${field.site}'],
    env: { TOKEN: '${field.token}' },
    fields: [tokenField, siteField],
  }),
  programEntry('older', { args: ['--first-word=exit'] }),
  {
    name: 'modern',
    command: process.execPath,
    args: [join(root, 'tests/emulators/modern-program.ts')],
    reads: [join(root, 'tests/emulators'), join(root, 'node_modules')],
  },
  programEntry('silent', { args: ['--first-word=silence'] }),
  programEntry('dying', {
    args: ['--dies', '--complaint=no-such-site'],
    env: { TOKEN: '${field.token}' },
    fields: [tokenField],
  }),
  { name: 'wrong-version', command: 'npm:@modelcontextprotocol/server-everything@1.0.0', args: ['stdio'] },
  { name: 'missing', command: '/usr/local/bin/no-such-program' },
];

describeOnDatabases('MCP servers that Plugboard runs', ({ migrated }) => {
  describe.skipIf(!hasBubblewrap)('in bubblewrap (needs bwrap)', () => {
    let plugboard: Plugboard;
    const folders = filesDir('reports', 'other');
    beforeAll(async () => {
      writeFileSync(join(folders, 'reports', 'may.txt'), 'Sales were fine.');
      plugboard = await startPlugboard(await migrated(), { stdio: stdioWith(entries), filesDir: folders });
    });

    const install = async (connector: string, fields: object): Promise<string> => {
      const path = `POST /api/v1/connectors/${connector}/install?workspace_id=default`;
      const installed = await plugboard.call(path, { body: { fields } });
      const id = String(installed.body['integration_id']);
      expect(await settled(plugboard, id)).toMatchObject({ status: 'connected' });
      return id;
    };
    const toolsOf = async (id: string): Promise<Record<string, unknown>> => {
      const { body } = await plugboard.call(`GET /api/v1/integrations/${id}/tools`);
      const tools: { name: string; type: string }[] = Array.isArray(body['items']) ? body['items'] : [];
      return Object.fromEntries(tools.map(({ name, type }) => [name, type]));
    };

    describe('the file server of the catalog', () => {
      let id: string;
      beforeAll(async () => {
        id = await install('filesystem', { folder: 'reports' });
      });

      it('lists reads as reads and writes as writes', async () => {
        covers('local/calls', '001/stdio');
        expect(await toolsOf(id)).toMatchObject({
          read_text_file: 'read',
          list_directory: 'read',
          write_file: 'write',
        });
      });

      it('reads, lists and finds files', async () => {
        covers('local/calls', 'local/folder');
        const text = (await callProgram(plugboard, [id, 'read_text_file'], { path: 'may.txt' }))['output'];
        expect(JSON.stringify(text)).toContain('Sales were fine.');
        const listed = await callProgram(plugboard, [id, 'list_directory'], { path: '/files' });
        expect(JSON.stringify(listed)).toContain('may.txt');
      });

      it('writes once a person has approved it', async () => {
        covers('local/calls', 'local/folder');
        const agent = await plugboard.mint();
        const wish = { path: 'june.txt', content: 'Better still.' };
        const asked = await callProgram(plugboard, [id, 'write_file'], { request: { key: agent }, ...wish });
        expect(asked).toMatchObject({ status: 'needs_approval' });
        const approval = await plugboard.call(`GET /api/v1/approvals/${String(asked['approval_id'])}`);
        expect(approval.text).toContain('stdio:@modelcontextprotocol/server-filesystem');
        await plugboard.call(`POST /api/v1/approvals/${String(asked['approval_id'])}/approve`);
        expect(readFileSync(join(folders, 'reports', 'june.txt'), 'utf8')).toBe('Better still.');
      });

      it.each(['/files/../other/x', '/etc/passwd', '../other'])('does not see %s', async (path) => {
        covers('local/folder');
        const answer = await callProgram(plugboard, [id, 'read_text_file'], { path });
        expect(answer).toMatchObject({ status: 'rejected', reason: 'input' });
      });
    });

    it('include the reference server, by choice of whoever connects it', async () => {
      covers('local/calls', '001/stdio');
      const id = await install('everything', { transport: 'stdio' });
      expect((await plugboard.call(`GET /api/v1/integrations/${id}`)).body).toMatchObject({
        transport: 'stdio',
        endpoint: null,
        command: null,
      });
      const sum = await callProgram(plugboard, [id, 'get-sum'], { a: 19, b: 23 });
      expect(JSON.stringify(sum)).toContain('The sum of 19 and 23 is 42');
      expect((await plugboard.call(`POST /api/v1/integrations/${id}/test`)).body).toMatchObject({
        status: 'ok',
        server_info: { name: expect.stringContaining('everything') },
      });
    });

    it('are added from the operator’s list, with the values of its fields where the operator put them', async () => {
      covers('001/stdio', 'local/listed');
      const id = await connectProgram(plugboard, 'asking', { fields: { token, site: 'a b; $(id) "c"' } });
      const about = await found(plugboard, [id, 'about']);
      expect(about).toMatchObject({
        env: { TOKEN: '[redacted]' },
        argv: expect.arrayContaining(['--site=a b; $(id) "c"']),
      });
      expect(JSON.stringify(about)).not.toContain(token);
      const record = await plugboard.call(`GET /api/v1/integrations/${id}`);
      expect(record.body).toMatchObject({ connector_id: 'mcp', transport: 'stdio', command: 'asking', endpoint: null });
      expect(record.text).not.toContain(token);
    });

    it('take new values for their fields, but no other command', async () => {
      covers('local/changed');
      const id = await connectProgram(plugboard, 'asking', { fields: { token, site: 'first' } });
      for (const body of [
        { transport: 'sse' },
        { endpoint: 'https://mcp.example.com/' },
        { headers: { 'x-a': 'b' } },
      ]) {
        const answer = await plugboard.call(`PATCH /api/v1/integrations/${id}`, { body });
        expect(answer).toMatchObject({ status: 400, body: { error: { message: expect.stringContaining('list') } } });
      }
      await plugboard.call(`POST /api/v1/connections/${id}/credentials`, {
        body: { fields: { token, site: 'second' } },
      });
      expect(await found(plugboard, [id, 'about'])).toMatchObject({ argv: expect.arrayContaining(['--site=second']) });
    });

    it.each(['older', 'silent'])('are spoken to in their own era (%s)', async (command) => {
      covers('local/eras');
      const id = await connectProgram(plugboard, command);
      expect(await found(plugboard, [id, 'echo'], { message: 'hi' })).toEqual({ message: 'hi' });
    });

    it('may speak the newest era alone', async () => {
      covers('local/eras');
      const id = await connectProgram(plugboard, 'modern');
      const answer = await callProgram(plugboard, [id, 'echo'], { message: 'hi' });
      expect(answer).toMatchObject({ status: 'ok', output: { content: [{ type: 'text', text: 'Echo: hi' }] } });
    });

    it('are one process for everybody who uses the connection, where the operator did not say otherwise', async () => {
      covers('local/shared');
      const [ann, bob] = await Promise.all([addPerson(plugboard, 'MEMBER'), addPerson(plugboard, 'MEMBER')]);
      const boots = async (id: string, key: string) =>
        JSON.stringify(await found(plugboard, [id, 'started'], { request: { key } }));
      const [shared, own] = [await connectProgram(plugboard, 'plain'), await connectProgram(plugboard, 'own')];
      expect(await boots(shared, ann.token)).toBe(await boots(shared, bob.token));
      expect(await boots(own, ann.token)).not.toBe(await boots(own, bob.token));
      expect(await boots(own, ann.token)).toBe(await boots(own, ann.token));
      const personal = await connect(plugboard, ['filesystem', { folder: 'other' }], { key: ann.token });
      expect(personal).not.toBe(shared);
    });

    it.each([
      ['wrong-version', '@modelcontextprotocol/server-everything 1.0.0 is installed as'],
      ['missing', '/usr/local/bin/no-such-program is not there'],
    ])('wait, and say why, while they are not installed as named (%s)', async (command, words) => {
      covers('local/pinned');
      const id = String((await addProgram(plugboard, command)).body['id']);
      const test = (await plugboard.call(`POST /api/v1/integrations/${id}/test`)).body;
      expect(test).toMatchObject({ status: 'error', message: expect.stringContaining(words) });
    });

    it('tell in a test how they ended and what they wrote last, without secrets', async () => {
      covers('local/test');
      const id = String((await addProgram(plugboard, 'dying', { fields: { token } })).body['id']);
      const test = await plugboard.call(`POST /api/v1/integrations/${id}/test`);
      expect(test.body).toMatchObject({
        status: 'error',
        message: 'The local server ended with code 5. It last wrote: [redacted] no-such-site',
      });
      expect((await plugboard.call(`GET /api/v1/integrations/${id}`)).text).not.toContain(token);
    });

    it.each([
      ['no command', { command: undefined }, 'asking'],
      ['a command of its own', { command: '/bin/sh' }, 'no commands of its own'],
      ['an address', { command: 'plain', endpoint: 'https://mcp.example.com/' }, 'endpoint'],
      ['headers', { command: 'plain', headers: { 'x-a': 'b' } }, 'headers'],
      ['arguments', { command: 'plain', fields: { args: '--x' } }, 'unknown field: args'],
      ['a field that is missing', { command: 'asking', fields: { site: 'x' } }, 'missing required field: token'],
      ['another way of signing in', { command: 'plain', auth_mode: 'mcp_oauth' }, 'mcp_oauth'],
    ])('are refused with %s, which is a 400 that says so', async (_what, change, words) => {
      covers('001/stdio', '001/servers-stdio', 'local/listed');
      const before = await listedIds(plugboard);
      const answer = await addProgram(plugboard, 'plain', change);
      expect(answer).toMatchObject({ status: 400, body: { error: { message: expect.stringContaining(words) } } });
      expect(await listedIds(plugboard)).toEqual(before);
    });
  });

  describe('where the operator did not allow it', () => {
    it('are refused with the name of the variable', async () => {
      covers('local/off');
      const plugboard = await startPlugboard(await migrated());
      const refused = await addProgram(plugboard, 'plain');
      expect(refused).toMatchObject({
        status: 400,
        body: { error: { message: expect.stringContaining('PLUGBOARD_STDIO=on') } },
      });
      const offered = await plugboard.call('GET /api/v1/connectors?q=files+in+a+folder');
      const reason = { availabilityReason: expect.stringContaining('PLUGBOARD_STDIO=on') };
      expect(offered.body['items']).toMatchObject([{ id: 'filesystem', ...reason }]);
      const path = 'POST /api/v1/connectors/filesystem/install?workspace_id=default';
      const installed = await plugboard.call(path, { body: { fields: { folder: 'reports' } } });
      const test = await plugboard.call(`POST /api/v1/integrations/${String(installed.body['integration_id'])}/test`);
      expect(test.body).toMatchObject({ status: 'error', message: expect.stringContaining('PLUGBOARD_STDIO=on') });
    });
  });
});
