import { z } from 'zod';
import type { Connector } from '../../catalog/connector.ts';
import type { Connection } from '../../connections/connection.ts';
import { connectorOf } from '../../connections/connector-of.ts';
import { manageConnection, seeConnection } from '../../connections/see-connection.ts';
import { beginSignIn } from '../../connections/sign-in/begin-sign-in.ts';
import { beginDeviceSignIn, type ShownDevice } from '../../connections/sign-in/device/begin-device-sign-in.ts';
import { startSignedIn } from '../../connections/sign-in/starting/start-signed-in.ts';
import { whereToSignIn } from '../../connections/sign-in/where-to-sign-in.ts';
import { knownConnector } from '../../connections/start-connection.ts';
import { requireBrowser, takesBrowser } from '../../connections/values/availability.ts';
import type { Context } from '../../context.ts';
import { Failure } from '../../errors.ts';
import { connectionCallback } from '../pages/connect/connection-callback.ts';
import { route, type Route } from '../route.ts';
import { connectionRecord, showConnection } from '../shapes/connection.ts';
import { asItsOwner, linkToSignIn } from './for-end-users.ts';

const tag = 'Connections';
const read = { role: 'VIEWER', scope: 'connections:read' } as const;
const write = { role: 'MEMBER', scope: 'connections:write' } as const;
const params = z.object({ id: z.uuid().toLowerCase() });
const handshake = z.object({ connection: connectionRecord, oauthUrl: z.string().nullable() });

/** In the words of RFC 8628 §3.2. */
const deviceAnswer = z.object({
  user_code: z.string(),
  verification_uri: z.string(),
  verification_uri_complete: z.string().exactOptional(),
  expires_in: z.int().describe('Seconds.'),
  interval: z.int().describe('Seconds between two questions of ours; nobody else needs to ask.'),
});

const see = route({
  name: 'getConnectionSignIn',
  method: 'GET',
  path: '/api/v1/connections/:id/oauth',
  summary: 'Where signing in to the provider stands: the page to open, or null where none is waiting.',
  tag,
  contract: '004',
  access: read,
  endUsers: true,
  params,
  answers: { 200: handshake },
  failures: ['NOT_FOUND', 'CONFLICT'],
  audit: 'none',
  find: (ctx, { params }) => seeConnection(ctx, params.id),
  answer: async (ctx, { found }) => {
    requireBrowser(await connectorOf(ctx, found), found.authMode);
    const asking = asItsOwner(ctx, found);
    const oauthUrl = asking === undefined ? null : await whereToSignIn(asking, found);
    return { status: 200, body: { connection: showConnection(found), oauthUrl } };
  },
});

const restart = route({
  name: 'restartConnectionSignIn',
  method: 'POST',
  path: '/api/v1/connections/:id/oauth',
  summary:
    'Begins signing in to the provider anew. A connection that is connected goes on as it is until somebody has. Of an end user’s it answers a link for them.',
  tag,
  contract: '004',
  access: write,
  endUsers: true,
  params,
  body: z
    .object({
      flow: z
        .enum(['code', 'device'])
        .optional()
        .describe('device: by a code that is typed in at another browser, where the provider has that.'),
      selectAccount: z.boolean().optional().describe('Has the provider ask which account to use.'),
      confirmAccount: z
        .boolean()
        .optional()
        .describe(
          'Of a key with the scope oauth:direct: another account than before is meant, and counts. A person is asked on the page.',
        ),
    })
    .nullish(),
  answers: { 200: handshake.extend({ device: deviceAnswer.exactOptional() }) },
  failures: ['NOT_FOUND', 'CONFLICT', 'PROVIDER_UNAVAILABLE'],
  audit: 'connection.sign_in_begun',
  find: (ctx, { params }) => manageConnection(ctx, params.id),
  answer: async (ctx, { found, body }) => {
    const asking = asItsOwner(ctx, found);
    const begun = asking === undefined ? await sendThem(ctx, found, body) : await beginAnew(asking, found, body);
    return { status: 200, body: { connection: await shownNow(ctx, found), ...begun } };
  },
});

interface Asked {
  readonly flow?: 'code' | 'device' | undefined;
  readonly selectAccount?: boolean | undefined;
  readonly confirmAccount?: boolean | undefined;
}

/** Of an end user's connection, where nobody answers for their browser: a link for them. */
async function sendThem(ctx: Context, found: Connection, asked: Asked | null | undefined) {
  requireBrowser(await connectorOf(ctx, found), found.authMode);
  if (asked?.flow === 'device') throw new Failure('BAD_REQUEST', inTheirBrowser);
  return { oauthUrl: await linkToSignIn(ctx, found) };
}

async function beginAnew(ctx: Context, found: Connection, asked: Asked | null | undefined) {
  const { flow, selectAccount, confirmAccount: confirmsAccount } = asked ?? {};
  return flow === 'device'
    ? { oauthUrl: null, device: showDevice(await beginDeviceSignIn(ctx, found, { confirmsAccount })) }
    : { oauthUrl: await beginSignIn(ctx, found, { selectAccount, confirmsAccount }) };
}

const inTheirBrowser =
  'An end user signs in in their own browser. Leave out flow, and send them to oauthUrl; an app with the scope oauth:direct answers for their browser.';

function showDevice(device: ShownDevice): z.output<typeof deviceAnswer> {
  const { userCode, verificationUri, verificationUriComplete: complete, expiresInMs, intervalMs } = device;
  return {
    user_code: userCode,
    verification_uri: verificationUri,
    ...(complete === undefined ? {} : { verification_uri_complete: complete }),
    expires_in: Math.floor(expiresInMs / 1000),
    interval: Math.ceil(intervalMs / 1000),
  };
}

async function shownNow(ctx: Parameters<typeof seeConnection>[0], { id }: Pick<Connection, 'id'>) {
  return showConnection(await seeConnection(ctx, id));
}

const begin = route({
  name: 'beginSignIn',
  method: 'GET',
  path: '/api/v1/connections/oauth/start',
  summary: 'Begins signing in to a connector: 302 to the page to open, or JSON where the request accepts that.',
  tag,
  contract: '004',
  access: write,
  query: z.object({
    slug: z.string().min(1).max(100),
    label: z.string().trim().min(1).max(120).optional(),
    selectAccount: z.stringbool().optional().describe('1 has the provider ask which account to use.'),
    confirmAccount: z.stringbool().optional().describe('1: another account than before is meant (oauth:direct).'),
  }),
  answers: { 200: handshake, 302: null },
  failures: ['CONFLICT', 'PROVIDER_UNAVAILABLE'],
  audit: 'connection.sign_in_begun',
  example: { query: { slug: 'google-calendar', label: 'Work calendar', selectAccount: '1' } },
  answer: async (ctx, { query, accept }) => {
    const connector = knownConnector(ctx, query.slug);
    const authMode = connector.auth_modes.find(takesBrowser) ?? connector.auth_mode;
    requireBrowser(connector, authMode);
    const label = query.label ?? connector.name;
    const { selectAccount, confirmAccount: confirmsAccount } = query;
    const wish = { connector, authMode, label, selectAccount, confirmsAccount, anew: true };
    const { id, oauthUrl } = await startSignedIn(ctx, wish);
    if (oauthUrl === null) throw new Failure('CONFLICT', takenLabel(connector, label));
    if (!/\bapplication\/json\b/i.test(accept)) return { status: 302, headers: { location: oauthUrl } };
    return { status: 200, body: { connection: await shownNow(ctx, { id }), oauthUrl } };
  },
});

function takenLabel({ name }: Connector, label: string): string {
  return `You have connected ${name} as "${label}" by submitting values. Give the one you sign in to another label.`;
}

export const connectionSignInRoutes: readonly Route[] = [see, restart, begin, connectionCallback];
