import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newDatabases } from '../../../../tests/support/databases.ts';
import { type SignedIn, signInToMcp, type SignInWish } from '../../../../tests/support/mcp-sign-in.ts';
import { createMcpWorld, type McpWorld } from '../../../../tests/support/mcp-world.ts';
import { type ProtectedMcp, startProtectedMcp } from '../../../../tests/support/protected-mcp.ts';
import { openStorage } from '../../storage/open-storage.ts';
import type { Storage } from '../../storage/storage.ts';
import { refreshTokens } from '../refresh-tokens.ts';
import { clientMetadata } from './client-metadata.ts';

describe('signing in to a real MCP server behind a certified authorization server', () => {
  const databases = newDatabases('sqlite');
  const publicUrl = 'https://plugboard.example.com';
  const redirectUri = `${publicUrl}/api/v1/connections/oauth/callback`;
  let storage: Storage;
  let world: McpWorld;
  let there: ProtectedMcp;
  beforeAll(async () => {
    storage = await openStorage(await databases.migrated());
    world = await createMcpWorld(storage, { publicUrl });
    there = await startProtectedMcp();
  });
  afterAll(async () => {
    await world.egress.close();
    await there.stop();
    await storage.close();
  });

  const signIn = (wish: Partial<SignInWish> = {}, at = there): Promise<SignedIn> =>
    signInToMcp(world, { serverUrl: at.endpoint, browse: (address) => at.oidc.signIn(address), ...wish });

  it('brings a token for that server alone, from a client that we registered', async () => {
    const { tokens, found, scopes } = await signIn();
    expect(found.source).toBe('registration');
    expect(scopes).toEqual(['read', 'offline_access']);
    expect(await there.oidc.seeToken(tokens.accessToken.reveal())).toMatchObject({
      user: 'ann',
      clientId: found.client.clientId,
      scopes: ['read'],
      audience: there.endpoint,
    });
    expect(there.oidc.ledger.at(-1)).toMatchObject({ grant: 'authorization_code', resource: there.endpoint, ok: true });
  });

  it('brings what was asked for besides, from a client that may ask for it', async () => {
    const before = await signIn();
    const { tokens, found } = await signIn({ scopes: ['read', 'write'] });
    expect(found.client.clientId).not.toBe(before.found.client.clientId);
    expect((await signIn()).found.client.clientId).toBe(found.client.clientId);
    const seen = await there.oidc.seeToken(tokens.accessToken.reveal());
    expect(seen?.scopes.toSorted()).toEqual(['read', 'write']);
  });

  it('needs no registration where the authorization server reads our metadata document', async () => {
    const fetched: string[] = [];
    const metadataDocuments = async (url: URL): Promise<Response> => {
      fetched.push(url.href);
      return Response.json(clientMetadata(publicUrl, redirectUri));
    };
    const other = await startProtectedMcp({ oidc: { metadataDocuments } });
    const { found, tokens } = await signIn({}, other);
    expect(found).toMatchObject({ source: 'metadata', client: { clientId: fetched[0] } });
    expect(fetched[0]).toBe(`${publicUrl}/oauth/client-metadata.json`);
    expect(await other.oidc.seeToken(tokens.accessToken.reveal())).toMatchObject({ audience: other.endpoint });
    await other.stop();
  });

  it('renews the token for the same server', async () => {
    const { tokens, found } = await signIn();
    const { refreshToken } = tokens;
    if (refreshToken === undefined) throw new Error('There is no refresh token.');
    const { signal } = new AbortController();
    const renewed = await refreshTokens({ ...world, loopback: true, signal }, found.server, {
      client: found.client,
      refreshToken,
    });
    if (!('ok' in renewed) || !renewed.ok) throw new Error(renewed.message);
    expect(await there.oidc.seeToken(renewed.tokens.accessToken.reveal())).toMatchObject({ audience: there.endpoint });
    expect(there.oidc.ledger.at(-1)).toMatchObject({ grant: 'refresh_token', resource: there.endpoint });
  });
});
