import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../server/src/lib/ids.ts';
import { covers } from '../support/covers.ts';
import {
  addProgram,
  callProgram,
  connectProgram,
  filesDir,
  found,
  hasBubblewrap,
  processesWith,
  program,
  programEntry,
} from '../support/local-programs.ts';
import { startServerProcess, type ServerProcess } from '../support/server-process.ts';

const mark = `mark-${newId()}`;
const masterKey = Buffer.alloc(32, 7).toString('base64');
const root = join(import.meta.dirname, '../..');
const secrets = { ann: 'anns-secret-0123456789', bob: 'bobs-secret-0123456789' };

/** The program is the attacker: whatever it is asked, it does. Plugboard is a process of its own, with its keys in its environment. */
describe.skipIf(!hasBubblewrap)('S4, a hostile program in bubblewrap (needs bwrap)', () => {
  const folders = filesDir('open', 'shut');
  const base = mkdtempSync(join(tmpdir(), 'plugboard-base-'));
  const dataDir = join(base, 'data');
  let plugboard: ServerProcess;
  let ann: string;
  let bob: string;
  let folder: string;

  beforeAll(async () => {
    mkdirSync(dataDir);
    for (const path of [base, dataDir]) chmodSync(path, 0o755);
    for (const path of [base, dataDir]) writeFileSync(join(path, 'readable.txt'), 'For everybody.');
    writeFileSync(join(folders, 'shut', 'secret.txt'), 'Nobody else’s.');
    symlinkSync(dataDir, join(folders, 'link'));
    const fields = [{ key: 'token', label: 'Token', secret: true }];
    const env = { TOKEN: '${field.token}' };
    const entries = [
      programEntry('hostile', { args: [`--name=${mark}`], env, fields }),
      programEntry('reading', { folder: { field: 'folder' }, fields: [{ key: 'folder', label: 'Folder' }] }),
      programEntry('online', { network: 'host' }),
      programEntry('wide', { reads: [program, base] }),
    ];
    plugboard = await startServerProcess({
      PLUGBOARD_DATA_DIR: dataDir,
      PLUGBOARD_FILES_DIR: folders,
      PLUGBOARD_STDIO: 'on',
      PLUGBOARD_STDIO_COMMANDS: JSON.stringify(entries),
    });
    ann = await connectProgram(plugboard, 'hostile', { name: 'Ann', fields: { token: secrets.ann } });
    bob = await connectProgram(plugboard, 'hostile', { name: 'Bob', fields: { token: secrets.bob } });
    folder = await connectProgram(plugboard, 'reading', { fields: { folder: 'open' } });
  });
  afterAll(async () => {
    await plugboard.stop();
    rmSync(base, { recursive: true, force: true });
  });

  const from = (id: string) => (tool: string, args: object) => found(plugboard, [id, tool], { ...args });

  it('finds our keys in no process: it sees none but its own', async () => {
    await from(bob)('echo', {});
    const seen = JSON.stringify(await from(ann)('environments', {}));
    for (const secret of [masterKey, plugboard.adminKey, secrets.bob]) expect(seen).not.toContain(secret);
    const processes = JSON.stringify(await from(ann)('folders', { paths: ['/proc'] })).match(/"\d+"/g);
    expect(processes?.length).toBeLessThan(10);
  });

  it('reaches no process outside: not ours, not that of another connection', async () => {
    await from(bob)('echo', {});
    const outside = [process.pid, ...processesWith(mark).map(({ pid }) => pid)].filter((pid) => pid > 100);
    for (const pid of outside) {
      expect(await from(ann)('signal', { pid })).toBe('ESRCH');
      const paths = [`/proc/${pid}/mem`, `/proc/${pid}/environ`];
      expect(Object.values(Object(await from(ann)('read', { paths })))).toEqual(['ENOENT', 'ENOENT']);
    }
  });

  it('sees no file of ours, nor of anybody else', async () => {
    expect(existsSync(join(dataDir, 'plugboard.sqlite')) || existsSync(dataDir)).toBe(true);
    const paths = [
      ...['', 'plugboard.sqlite', 'master.key', 'admin.key'].map((name) => join(dataDir, name)),
      ...['package.json', '.git/config', 'server/src/main.ts'].map((name) => join(root, name)),
      ...'/etc/shadow /etc/passwd /etc/hostname /root/.bashrc /root/.ssh/id_ed25519 /home /run/secrets /var/log'.split(
        ' ',
      ),
      join(folders, 'shut/secret.txt'),
    ];
    const read = Object.values(Object(await from(ann)('read', { paths })));
    expect(read).toHaveLength(paths.length);
    for (const outcome of read) expect(outcome).toMatch(/^(ENOENT|EISDIR)$/);
    expect(await from(ann)('folders', { paths: [dataDir, folders, root] })).not.toMatchObject({
      [root]: expect.arrayContaining(['package.json']),
    });
    expect(JSON.stringify(await from(ann)('folders', { paths: [dataDir, folders] }))).not.toContain('[');
  });

  it('does not see our data even where a folder around it was opened', async () => {
    const wide = await connectProgram(plugboard, 'wide');
    const paths = [join(base, 'readable.txt'), join(dataDir, 'readable.txt')];
    expect(Object.values(Object(await from(wide)('read', { paths })))).toEqual(['For everybody.', 'ENOENT']);
  });

  it('writes nowhere but in its own /tmp, which is small and gone with it', async () => {
    const paths = ['/x', '/usr/x', '/dev/x', '/etc/x', '/proc/sys/kernel/x', '/files/x', process.execPath];
    const wrote = Object.values(Object(await from(folder)('write', { paths })));
    for (const outcome of wrote) expect(outcome).toMatch(/^(EROFS|EACCES|ENOENT|EPERM|ETXTBSY)$/);
    for (const path of ['/tmp/full', '/dev/shm/full'])
      expect(await from(ann)('fill', { path })).toBeLessThanOrEqual(64);
    expect(existsSync('/tmp/full')).toBe(false);
  });

  it('has no rights to speak of, and gets none', async () => {
    const [status] = Object.values(Object(await from(ann)('read', { paths: ['/proc/self/status'] })));
    for (const line of [/CapEff:\t0+\n/, /CapBnd:\t0+\n/, /NoNewPrivs:\t1\n/, /Seccomp:\t2\n/])
      expect(status).toMatch(line);
    expect(status).not.toMatch(/^Uid:\t0\t/m);
    for (const command of [
      'unshare --user true',
      'unshare --pid true',
      'mount -t tmpfs x /tmp',
      'strace -o /tmp/log true',
    ])
      expect(await from(ann)('run', { command: command.split(' ') })).not.toMatchObject({ status: 0 });
  });

  it('has an environment with its own secret in it and nothing of ours', async () => {
    const about: { env?: Record<string, string> } = Object(await from(ann)('about', {}));
    expect(Object.keys(about.env ?? {}).sort()).toEqual(['HOME', 'LANG', 'PATH', 'PWD', 'TMPDIR', 'TOKEN']);
  });

  it('has no secret where others on the machine see it: in a command line', async () => {
    await from(ann)('echo', {});
    expect(processesWith(secrets.ann)).toEqual([]);
    expect(processesWith(mark)).not.toEqual([]);
  });

  it('cannot start processes without end; others go on', async () => {
    const forked = from(ann)('fork', {}).catch(() => 0);
    expect(await from(bob)('echo', { still: 'here' })).toEqual({ still: 'here' });
    expect(await forked).toBeLessThan(64);
  });

  it('cannot take all memory', async () => {
    const eaten = await callProgram(plugboard, [ann, 'eat']);
    if (eaten['status'] === 'ok') expect(JSON.stringify(eaten)).toMatch(/"text":"\d{2,3}"/);
    else expect(eaten).toMatchObject({ status: 'unavailable', message: expect.stringContaining('ended') });
  });

  it('has no network, not even ours', async () => {
    const { port } = new URL(plugboard.publicUrl);
    for (const host of ['127.0.0.1', '::1', '169.254.169.254', '10.0.0.1'])
      expect(await from(bob)('reach', { host, port })).toMatch(
        /^(ECONNREFUSED|ENETUNREACH|EHOSTUNREACH|EADDRNOTAVAIL)$/,
      );
  });

  it('has the network of the machine where the operator said so, past the egress guard', async () => {
    const online = await connectProgram(plugboard, 'online');
    const { port } = new URL(plugboard.publicUrl);
    expect(await from(online)('reach', { host: '127.0.0.1', port })).toBe('reached');
  });

  it.each([
    ['a path', 'open/../shut'],
    ['a step up', '..'],
    ['the folder of folders', '.'],
    ['an absolute path', '/etc'],
    ['an option', '--allow-all'],
    ['a hidden one', '.ssh'],
    ['nothing', ''],
    ['a NUL', 'open\0'],
    ['a line break', 'open\nshut'],
  ])('is given no other folder by its name: %s', async (_what, name) => {
    covers('local/folder');
    expect((await addProgram(plugboard, 'reading', { fields: { folder: name } })).status).toBe(400);
  });

  it('is given no folder by a link', async () => {
    covers('local/folder');
    const added = await addProgram(plugboard, 'reading', { fields: { folder: 'link' } });
    const id = String(added.body['id']);
    const { body } = await plugboard.call(`POST /api/v1/integrations/${id}/test`);
    expect(body).toMatchObject({ status: 'error', message: expect.stringContaining('not a folder') });
  });

  it('is found under its connection’s name, whatever it calls itself', async () => {
    const { body } = await plugboard.call(`GET /api/v1/integrations/${ann}`);
    expect(body).toMatchObject({ handle: 'ann', name: 'Ann' });
    const tools = await plugboard.call(`GET /api/v1/integrations/${ann}/tools`);
    expect(tools.text).toContain('"address":"ann__echo"');
    expect(tools.text).not.toContain(mark);
  });

  it('shows its secret to nobody, however it tells it', async () => {
    await from(ann)('complain', { text: secrets.ann });
    const about = await callProgram(plugboard, [ann, 'about']);
    expect(JSON.stringify(about)).toContain('[redacted]');
    await callProgram(plugboard, [ann, 'crash'], { text: secrets.ann });
    const held = await callProgram(plugboard, [ann, 'echo']);
    for (const text of [JSON.stringify([about, held]), plugboard.output()]) expect(text).not.toContain(secrets.ann);
  });
});
