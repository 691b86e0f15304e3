import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { idIn } from '../support/connect.ts';
import { covers } from '../support/covers.ts';
import { newDatabases } from '../support/databases.ts';
import type { ApiAnswer } from '../support/plugboard.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { claimsOf, newSigner, registerKeys, seconds } from '../support/signer.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

/** What is promised (R6), counted from the answer to the change to the start of the last request that was still served. */
const promisedMs = 1_000;
const rounds = 3;

describe('the token of an end user that is ended on one replica', () => {
  const { migrated } = newDatabases('postgres');
  /** Where it is ended, and where it is used. */
  let here: ServerProcess;
  let there: ServerProcess;

  beforeAll(async () => {
    const settings = { DATABASE_URL: (await migrated()).databaseUrl?.reveal() ?? '' };
    here = await startServerProcess(settings);
    there = await startServerProcess(settings);
  });
  afterAll(() => Promise.all([here.stop(), there.stop()]));

  const mint = async (key?: string) => {
    const made = await here.call('POST /api/v1/user-tokens', { ...(key && { key }), body: { end_user: 'u_1' } });
    return { id: String(made.body['id']), token: String(made.body['token']) };
  };
  const signed = async () => {
    const signer = newSigner();
    const issuer = String((await registerKeys(here, [signer])).body['id']);
    const sub = `u_${issuer}`;
    return { issuer, sub, token: signer.sign(claimsOf(there, issuer, { sub, iat: seconds(-1) })) };
  };

  async function holdsAtOnce(round: () => Promise<readonly [token: string, end: () => Promise<ApiAnswer>]>) {
    for (let count = 0; count < rounds; count += 1) {
      const [token, end] = await round();
      const isServed = async () => (await there.call('GET /api/v1/tools', { key: token })).status === 200;
      await expect.poll(isServed, { timeout: 10_000, interval: 20 }).toBe(true);
      const { status, text } = await end();
      expect(status, text).toBeLessThan(300);
      const endedAt = performance.now();
      let lastServed = endedAt;
      for (let startedAt = endedAt; await isServed(); startedAt = performance.now()) lastServed = startedAt;
      expect(lastServed - endedAt).toBeLessThanOrEqual(promisedMs);
    }
  }

  it('alone opens nothing there after a second', async () => {
    covers('user-tokens/at-once');
    await holdsAtOnce(async () => {
      const { id, token } = await mint();
      return [token, () => here.call(`DELETE /api/v1/user-tokens/${id}`)];
    });
  });

  it('with all of its end user opens nothing there after a second, whoever signed it', async () => {
    covers('user-tokens/at-once');
    const endAll = (id: string) => () => here.call(`DELETE /api/v1/user-tokens?end_user=${id}`);
    await holdsAtOnce(async () => [(await mint()).token, endAll('u_1')]);
    await holdsAtOnce(async () => {
      const { token, sub } = await signed();
      return [token, endAll(sub)];
    });
  });

  it('with the key that made it opens nothing there after a second', async () => {
    covers('user-tokens/at-once', 'user-tokens/maker');
    await holdsAtOnce(async () => {
      const { body } = await here.call('POST /api/v1/api-keys', { body: { name: 'App', kind: 'app' } });
      const { token } = await mint(String(body['key']));
      return [token, () => here.call(`DELETE /api/v1/api-keys/${idIn(body['api_key'])}`)];
    });
  });

  it('with the keys that signed it opens nothing there after a second', async () => {
    covers('key-sets/revoke', 'key-sets/rotate');
    await holdsAtOnce(async () => {
      const { issuer, token } = await signed();
      return [token, () => here.call(`DELETE /api/v1/user-tokens/key-sets/${issuer}`)];
    });
    await holdsAtOnce(async () => {
      const { issuer, token } = await signed();
      const body = { jwks: { keys: [newSigner('other').jwk] } };
      return [token, () => here.call(`PATCH /api/v1/user-tokens/key-sets/${issuer}`, { body })];
    });
  });
});
