import { expect, it } from 'vitest';
import { readDetail } from './nango-connection.ts';
import { securityOf } from './security-of.ts';

const read = (detail: object, fields: readonly string[] = []) => securityOf(readDetail(detail), new Set(fields));

it('hands over a token as a token endpoint would answer it, and the app that it was issued to', () => {
  const credentials = {
    type: 'OAUTH2',
    access_token: 'a',
    refresh_token: 'r',
    expires_at: '2026-11-21T10:00:00.000Z',
    raw: { access_token: 'a', scope: 'read write' },
  };
  const connection_config = {
    subdomain: 'acme',
    other: 'x',
    oauth_client_id_override: 'c',
    oauth_client_secret_override: 's',
  };
  expect(read({ credentials, connection_config }, ['subdomain'])).toEqual({
    security: {
      subdomain: 'acme',
      authMethod: 'oauth2',
      oauth2Token: {
        access_token: 'a',
        refresh_token: 'r',
        expires_at: '2026-11-21T10:00:00.000Z',
        scope: 'read write',
        client_id: 'c',
        client_secret: 's',
      },
    },
  });
});

it.each([
  [
    { type: 'API_KEY', apiKey: 'k' },
    { authMethod: 'apiKey', apiKey: 'k' },
  ],
  [
    { type: 'API_KEY', api_key: 'k' },
    { authMethod: 'apiKey', apiKey: 'k' },
  ],
  [
    { type: 'BASIC', username: 'u', password: 'p' },
    { authMethod: 'basic', username: 'u', password: 'p' },
  ],
  [
    { type: 'BASIC', username: 'u', password: '' },
    { authMethod: 'basic', username: 'u', password: '' },
  ],
])('hands over %j', (credentials, security) => {
  expect(read({ credentials })).toEqual({ security });
});

it.each([
  [{ type: 'OAUTH2' }, 'access token'],
  [{ type: 'OAUTH2', access_token: ' ' }, 'access token'],
  [{ type: 'API_KEY' }, 'API key'],
  [{ type: 'BASIC', password: 'p' }, 'user name'],
  [{ type: 'OAUTH1', oauth_token: 't' }, 'OAUTH1'],
  [{ type: 'constructor' }, 'constructor'],
  [{ type: '\u001B[2J' }, 'unknown'],
  [{}, 'none'],
])('says why it cannot hand over %j', (credentials, why) => {
  expect(read({ credentials })).toEqual({ refused: expect.stringContaining(why) });
});
