import { beforeAll, expect, it } from 'vitest';
import { parseJson } from '../../server/src/lib/json.ts';
import { type EchoMcp, startEchoMcp } from '../emulators/echo-mcp.ts';
import { connect } from '../support/connect.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';

const about = 'io.modelcontextprotocol/';
const json = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };

/** What each era adds to a call: headers, and parts of `_meta`. */
const eras = {
  '2025-11-25': () => ({ headers: { 'mcp-protocol-version': '2025-11-25' }, meta: {} }),
  '2026-07-28': (name: string) => ({
    headers: { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': name },
    meta: {
      [`${about}protocolVersion`]: '2026-07-28',
      [`${about}clientInfo`]: { name: 'test', version: '1' },
      [`${about}clientCapabilities`]: {},
    },
  }),
};

describeOnDatabases('a tools/call that is answered without the SDK', ({ migrated }) => {
  let plugboard: Plugboard;
  let echo: EchoMcp;

  beforeAll(async () => {
    [plugboard, echo] = [await startPlugboard(await migrated()), await startEchoMcp()];
    await connect(plugboard, ['everything', { url: echo.endpoint }]);
    return () => echo.stop();
  });

  /** A wish to hear of progress makes the SDK answer; nothing else differs. */
  const answers = async (era: keyof typeof eras, name: string, args: object) => {
    const { headers, meta } = eras[era](name);
    const ask = async (more: object) => {
      const params = { name, arguments: args, _meta: { ...meta, ...more } };
      const body = { jsonrpc: '2.0', id: 7, method: 'tools/call', params };
      const { status, text } = await plugboard.call('POST /mcp', { headers: { ...json, ...headers }, body });
      return { status, message: parseJson(/^data: ?(.+)$/m.exec(text)?.[1] ?? text), text };
    };
    return { plain: await ask({}), bySdk: await ask({ progressToken: 1 }) };
  };

  it.each(['2025-11-25', '2026-07-28'] as const)('says in %s what the SDK says', async (era) => {
    for (const [name, args] of [
      ['everything__echo', { message: 'hi' }],
      ['everything__echo', { wrong: 1 }],
      ['everything__nonesuch', {}],
      ['plugboard__get_result', { approval_id: 'no id' }],
    ] as const) {
      const { plain, bySdk } = await answers(era, name, args);
      expect(plain.message).toEqual(bySdk.message);
      expect(plain.status).toBe(bySdk.status);
    }
  });

  it('is what most calls are', async () => {
    const { plain, bySdk } = await answers('2025-11-25', 'everything__echo', { message: 'hi' });
    expect(plain.text).toMatch(/^\{/);
    expect(bySdk.text).toMatch(/^(event|data|id):/);
  });
});
