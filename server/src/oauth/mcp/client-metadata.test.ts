import { expect, it } from 'vitest';
import { clientMetadata } from './client-metadata.ts';

it.each(['https://plugboard.example.com', 'https://plugboard.acme.io:8443', 'https://tools.acme.co.uk/plugboard'])(
  'has a document at %s',
  (publicUrl) => {
    const document = clientMetadata(publicUrl, `${publicUrl}/callback`);
    expect(document).toMatchObject({
      client_id: `${publicUrl}/oauth/client-metadata.json`,
      redirect_uris: [`${publicUrl}/callback`],
    });
  },
);

it.each([
  'http://plugboard.example.com',
  'https://localhost',
  'https://plugboard',
  'https://plugboard.local',
  'https://plugboard.corp',
  'https://plugboard.home.arpa',
  'https://203.0.113.7',
  'https://[2001:db8::1]',
  'https://127.0.0.1.',
  'not a URL',
])('has none at %s, where nobody out there could fetch it', (publicUrl) => {
  expect(clientMetadata(publicUrl, `${publicUrl}/callback`)).toBeUndefined();
});
