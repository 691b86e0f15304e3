import { expect, it } from 'vitest';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { type ApiAnswer, startPlugboard } from '../support/plugboard.ts';

const path = '/oauth/client-metadata.json';

describeOnDatabases('our client metadata document', ({ migrated }) => {
  async function ask(publicUrl: string): Promise<ApiAnswer> {
    const plugboard = await startPlugboard(await migrated(), { publicUrl });
    return plugboard.call(`GET ${path}`, { key: '', headers: { host: new URL(publicUrl).host } });
  }

  it('says to anybody who we are and where we take people back', async () => {
    covers('everywhere/1-public');
    const publicUrl = 'https://plugboard.example.com';
    expect(await ask(publicUrl)).toMatchObject({
      status: 200,
      headers: { 'content-type': expect.stringContaining('application/json') },
      body: {
        client_id: `${publicUrl}${path}`,
        client_name: 'Plugboard',
        client_uri: publicUrl,
        redirect_uris: [`${publicUrl}/api/v1/connections/oauth/callback`],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        token_endpoint_auth_method: 'none',
      },
    });
  });

  it('is not there where nobody could fetch it', async () => {
    expect(await ask('http://localhost:7400')).toMatchObject({ status: 404, body: { error: { code: 'NOT_FOUND' } } });
  });
});
