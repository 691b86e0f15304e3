import { z } from 'zod';
import { pageOfUserTokens } from '../../access/end-users/tokens/user-token-store.ts';
import { revokeTokensOf, revokeUserToken } from '../../links/user-tokens/end-user-tokens.ts';
import { mintUserToken, tokenLife } from '../../links/user-tokens/mint-user-token.ts';
import { route, type Route } from '../route.ts';
import { endUserId, namedEndUser } from '../shapes/end-user.ts';
import { listOf, pageQuery, showPage } from '../shapes/list.ts';
import { metadata } from '../shapes/metadata.ts';
import { mintedUserToken, showNamed, showUserToken, userTokenItem } from '../shapes/user-token.ts';

const tag = 'User tokens';
const path = '/api/v1/user-tokens';
const access = { role: 'MANAGER', scope: 'user_tokens:write' } as const;

const list = route({
  name: 'listUserTokens',
  method: 'GET',
  path,
  summary: 'The tokens of end users that are in force, newest first, without the tokens.',
  tag,
  access,
  query: pageQuery.extend({ end_user: endUserId.optional().describe('Those of one, by the id the app calls them.') }),
  answers: { 200: listOf(userTokenItem) },
  failures: [],
  audit: 'none',
  answer: async (ctx, { query: { end_user: endUser, ...page } }) => ({
    status: 200,
    body: showPage(await pageOfUserTokens(ctx, { ...page, endUser }), showUserToken),
  }),
});

const create = route({
  name: 'createUserToken',
  method: 'POST',
  path,
  summary:
    'Makes a token that acts for one end user of the app: their own connections, and those named. The token is shown once.',
  tag,
  access,
  body: z.strictObject({
    end_user: z.union([namedEndUser, endUserId.transform((id) => ({ id }))]).describe('Whose it is, or only their id.'),
    connectors: z
      .array(z.string().min(1).max(100))
      .max(100)
      .optional()
      .describe('Ids of connectors: of their own connections only those count. Default: all.'),
    connections: z
      .array(z.uuid().toLowerCase())
      .max(100)
      .optional()
      .describe('Connections of the workspace, of your crews or of your own that are usable with it besides.'),
    agent: z.string().min(1).max(200).optional().describe('The agent that it is meant for; kept with it.'),
    expires_in: z
      .number()
      .int()
      .min(tokenLife.least)
      .max(tokenLife.most)
      .optional()
      .describe(`Seconds. Default: ${tokenLife.usual}.`),
    metadata: metadata.optional(),
  }),
  answers: { 201: mintedUserToken },
  failures: [],
  audit: 'user_token.created',
  showsSecretOnce: '/id',
  example: { body: { end_user: { id: 'u_1', name: 'Ada Byron' }, connectors: ['github'], expires_in: 900 } },
  answer: async (ctx, { body }) => {
    const { end_user: endUser, expires_in: expiresInSeconds, ...wish } = body;
    const { token, secret } = await mintUserToken(ctx, { ...wish, endUser, expiresInSeconds });
    const { id, expiresAt } = token;
    return {
      status: 201,
      body: { id, token: secret.reveal(), expires_at: expiresAt, end_user: showNamed(token.endUser) },
    };
  },
});

const revoke = route({
  name: 'revokeUserToken',
  method: 'DELETE',
  path: `${path}/:id`,
  summary: 'Ends a token on every replica within a second.',
  tag,
  access,
  params: z.object({ id: z.uuid().toLowerCase() }),
  answers: { 204: null },
  failures: ['NOT_FOUND'],
  audit: 'user_token.revoked',
  answer: async (ctx, { params }) => {
    await revokeUserToken(ctx, params.id);
    return { status: 204 };
  },
});

const revokeAll = route({
  name: 'revokeUserTokens',
  method: 'DELETE',
  path,
  summary:
    'Ends all tokens of one end user, those that the app signed until now too, on every replica within a second.',
  tag,
  access,
  query: z.strictObject({ end_user: endUserId.describe('Whose, by the id the app calls them.') }),
  answers: { 200: z.object({ revoked: z.number().int().describe('How many of ours there were.') }) },
  failures: ['NOT_FOUND'],
  audit: 'user_token.revoked',
  example: { query: { end_user: 'u_1' } },
  answer: async (ctx, { query }) => ({ status: 200, body: { revoked: await revokeTokensOf(ctx, query.end_user) } }),
});

export const userTokenRoutes: readonly Route[] = [list, create, revoke, revokeAll];
