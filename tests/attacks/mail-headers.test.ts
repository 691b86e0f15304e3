import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readFolder } from '../../server/src/catalog/manifest/read-folder.ts';
import { nothingAttached } from '../../server/src/transports/attachment.ts';
import { buildRequest } from '../../server/src/transports/http/build-request.ts';

const { connectors } = await readFolder(join(import.meta.dirname, '../../connectors'), 'built-in');
const mailing = connectors.flatMap((connector) =>
  connector.tools.flatMap(({ name, operation }) =>
    operation?.mail === undefined ? [] : [{ tool: `${connector.id} ${name}`, connector, operation }],
  ),
);
const args = {
  to: 'ada@example.com',
  cc: 'bob@example.com',
  bcc: 'eve@example.com',
  subject: 'Report',
  text: 'Here it is.',
  thread_id: 't1',
  in_reply_to: '<a@b>',
  references: '<b@c>',
};

describe.each(mailing)('no argument of $tool', ({ connector, operation }) => {
  const build = (more: object) =>
    buildRequest({
      connector,
      operation,
      config: {},
      publicUrl: 'http://localhost',
      args: { ...args, ...more },
      attachment: nothingAttached,
    });
  const names = ['to', 'cc', 'bcc', 'subject', 'in_reply_to', 'references'];
  const held = names.filter((name) => JSON.stringify(operation.mail).includes(`arg.${name}`));

  it.each(held)('adds a header, or begins the text, by %s', (name) => {
    for (const breaking of [
      '\r\nBcc: evil@example.com',
      '\nBcc: evil@example.com',
      '\r\n\r\nEvil',
      '\r',
      '\u0000',
      '\u0085',
    ]) {
      const built = build({ [name]: `x${breaking}` });
      expect(built).toMatchObject({ ok: false, rejected: { status: 'rejected', reason: 'input' } });
    }
  });

  it('ends the text, or its encoding', () => {
    const built = build({ text: '\r\n.\r\nBcc: evil@example.com\r\n\r\n--' });
    const body = built.ok ? String(built.request.body) : '';
    const mail = Buffer.from(/"raw":"([^"]+)"/.exec(body)?.[1] ?? '', 'base64url').toString();
    expect(mail).toMatch(/^To: ada@example\.com\r\n/);
    expect(mail).not.toContain('evil');
    expect(mail.split('\r\n\r\n')).toHaveLength(2);
  });
});

it('is tried with every tool that sends mail', () => {
  expect(mailing.length).toBeGreaterThanOrEqual(3);
});
