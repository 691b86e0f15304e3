import { expect, it } from 'vitest';
import { systemClock as clock } from '../../server/src/lib/clock.ts';
import { openVault } from '../../server/src/vault/open-vault.ts';
import { addWorkspace } from '../support/add-workspace.ts';
import { describeOnEngines } from '../support/databases.ts';

/** Literals: what an earlier release wrote must open in this one. Add a case for a new version, never change one. */
const workspaceId = '01890a5d-ac96-774b-bcce-b30209900001';
const created_at = '2026-11-21T00:00:00.000Z';
const master = {
  id: 'k1',
  key: Buffer.from('1f1e1d1c1b1a191817161514131211100f0e0d0c0b0a09080706050403020100', 'hex'),
};

describeOnEngines('a vault of version pb1', (open) => {
  it('opens with its master key down to the box, and derives the same keys', async () => {
    const storage = await open();
    await addWorkspace(storage, workspaceId);
    await storage.transact(async (trx) => {
      const check_value = 'cbUDSOV8sFGTjiiTGsYWWj3eYN90dY5StKz9601E1BT8bfTZ4kOVmH90ZHBff3KGuVwq0cru7xtZk-sV';
      await trx.rows.insertInto('master_keys').values({ id: 'k1', check_value, created_at }).execute();
      const id = '01a1fb67-1800-7a64-8866-f1596671f080';
      const wrapped = 'DScyDpcX1Y6S5Dr2hqx3sKloAtpM5f7K0cTcyb0CiD2I5lO7dOd9JB0bFM9nwCv4bPfvuxyGCc9Uwj03';
      const row = { id, master_key_id: 'k1', wrapped, created_at };
      await trx.workspace(workspaceId).rows.insertInto('data_keys').values(row).execute();
    });

    const masterKeys = { sealing: master, byId: new Map([['k1', master]]), file: undefined };
    const vault = await openVault({ storage, masterKeys, clock });

    const slot = {
      kind: 'oauth_app',
      workspaceId,
      record: '01890a5d-ac96-774b-bcce-b30209900002',
      field: 'client_secret',
      generation: 2,
    } as const;
    const box =
      'pb1.01a1fb67-1800-7a64-8866-f1596671f080.aL8amz31ZH-WmzTnYdFBjU1u_FIMLlgMaRgY61rCUW21fu0fnJdhAQ-iCIS15eBtsXrl';
    expect((await vault.open(slot, box)).reveal()).toBe('every line has two ends');
    expect(vault.derive('better-auth').toString('hex')).toBe(
      '1bc55107a63683da84019b96530cb880d78c0e9b2266b35b4efb1e1e940e6c47',
    );
  });
});
