import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { listen, type Listening } from '../../tests/emulators/listen.ts';
import { commandLine } from '../../tests/support/command-line.ts';
import { covers } from '../../tests/support/covers.ts';
import { newDatabases } from '../../tests/support/databases.ts';
import { type ListeningPlugboard, startListening } from '../../tests/support/listening.ts';

const databases = newDatabases('sqlite');
const line = commandLine();
let plugboard: ListeningPlugboard;

beforeAll(async () => {
  plugboard = await startListening(await databases.migrated());
});

const envOf = (url: string) => ({ PLUGBOARD_URL: url, PLUGBOARD_KEY: plugboard.adminKey });
const keyNames = async (): Promise<string> => (await plugboard.call('GET /api/v1/api-keys?limit=100')).text;

/** A way to the server on which answers to writes are held back until it is opened. */
interface HeldWay extends Listening {
  /** Resolves once a write was served. */
  readonly served: Promise<void>;
  open(): void;
}

async function startHeldWay(to: string): Promise<HeldWay> {
  const opened = Promise.withResolvers<void>();
  const served = Promise.withResolvers<void>();
  const way = await listen((request, response) => {
    void (async () => {
      const { method = 'GET', url = '/', headers } = request;
      const sent = { authorization: String(headers.authorization), 'content-type': 'application/json' };
      const body = (await text(request)) || null;
      const answer = await fetch(`${to}${url}`, { method, headers: sent, body });
      if (method === 'POST') {
        served.resolve();
        await opened.promise;
      }
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
    })();
  });
  return { ...way, served: served.promise, open: opened.resolve };
}

describe('a command whose terminal is gone', () => {
  it('still undoes what is half done', async () => {
    covers('cli/broken-off');
    const way = await startHeldWay(plugboard.publicUrl);
    const terminal = line.startInTerminal(['mcp', 'config', '--client', 'claude'], envOf(way.url));
    await way.served;
    expect(await keyNames()).toContain('Claude Code (MCP)');
    terminal.child.kill('SIGKILL');
    await terminal.end;
    way.open();
    while ((await keyNames()).includes('Claude Code (MCP)')) await setTimeout(20);
    await way.stop();
  });

  it('keeps its exit code where nobody reads its errors', async () => {
    covers('cli/pipes', 'cli/exit-codes');
    const { child, end } = line.start(['status'], { env: envOf('http://127.0.0.1:1') });
    child.stderr?.destroy();
    expect(await end).toMatchObject({ code: 3, stdout: '' });
  });

  it('that goes on for ever waits without work, and ends with a signal', async () => {
    covers('cli/broken-off');
    const asked = Promise.withResolvers<void>();
    const silent = await listen(() => asked.resolve());
    const { child, end } = line.start(['calls', 'tail'], { env: envOf(silent.url) });
    await asked.promise;
    child.kill('SIGHUP');
    expect(await end).toEqual({ code: 129, stdout: '', stderr: '' });
    await silent.stop();
  });
});

describe('Ctrl-C', () => {
  it('says why it takes a while where something is taken back, and a second one does not wait', async () => {
    covers('cli/broken-off');
    const way = await startHeldWay(plugboard.publicUrl);
    const { child, says, end } = line.start(['mcp', 'config', '--client', 'codex'], { env: envOf(way.url) });
    await way.served;
    child.kill('SIGINT');
    await says('Taking back what was begun');
    child.kill('SIGINT');
    expect(await end).toMatchObject({ code: 130, stdout: '' });
    way.open();
    await way.stop();
  });
});

describe('a server that dies in the middle of an answer', () => {
  const half = '{"chain":{"segment":1,"position":1},"record":{}}\n{"chain"';
  let dying: Listening;

  beforeAll(async () => {
    dying = await listen((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/x-ndjson' });
      response.write(half, () => response.destroy());
    });
    return () => dying.stop();
  });

  it.each([
    [['calls', 'tail'], 3, 'Nothing answers at'],
    [['approvals', 'watch'], 3, 'Nothing answers at'],
    [['audit', 'verify'], 3, 'cut off'],
    [['events', 'export'], 1, 'The export was cut off'],
  ])('ends %j with %i and a sentence', async (args, code, sentence) => {
    covers('cli/exit-codes');
    const ended = await line.run(args, { env: envOf(dying.url) });
    expect(ended).toMatchObject({ code, stderr: expect.stringContaining(sentence) });
    expect(ended.stderr).not.toContain('    at ');
  });
});
