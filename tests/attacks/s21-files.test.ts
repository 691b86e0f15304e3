import { beforeAll, expect, it } from 'vitest';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { download, upload } from '../support/files.ts';
import { addPerson } from '../support/people.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';

describeOnDatabases('S21: a file', ({ migrated }) => {
  let plugboard: Plugboard;
  beforeAll(async () => {
    plugboard = await startPlugboard(await migrated());
  });

  it('is its own person’s alone, whichever of their credentials asks, and whoever else is above them', async () => {
    covers('files/own');
    const bob = await addPerson(plugboard, 'MEMBER');
    const id = await upload(plugboard, 'mine', { key: bob.token });
    expect((await download(plugboard, id, bob.token)).body).toBe('mine');
    expect((await download(plugboard, id, await bob.signIn())).body).toBe('mine');
    const eve = await addPerson(plugboard, 'ADMIN');
    for (const key of [eve.token, plugboard.adminKey]) {
      expect((await download(plugboard, id, key)).statusCode).toBe(404);
      expect((await plugboard.call(`GET /api/v1/files/${id}`, { key })).status).toBe(404);
      expect((await plugboard.call(`DELETE /api/v1/files/${id}`, { key })).status).toBe(404);
    }
    expect((await download(plugboard, id, bob.token)).body).toBe('mine');
  });
});
