import { beforeAll, expect, it } from 'vitest';
import { bareApp, bareConfig } from '../../../tests/support/bare-app.ts';
import { covers } from '../../../tests/support/covers.ts';
import { newCaller } from '../../../tests/support/new-caller.ts';
import { newConnection } from '../../../tests/support/new-connection.ts';
import { contextOf, type SignInContext } from '../connections/sign-in/sign-in-context.ts';
import type { Outcome } from '../transports/outcome.ts';
import { offerSignIn } from './offer-sign-in.ts';

const publicUrl = 'https://plugboard.example.com';
let ctx: SignInContext;

beforeAll(async () => {
  const app = await bareApp({ config: { ...bareConfig, publicUrl } });
  ctx = contextOf(app, newCaller(), { signal: app.deadline });
});

const connection = newConnection({ authMode: 'mcp_oauth', grantedScopes: ['read'] });
const rejected = { status: 'rejected', reason: 'scope', message: 'No.' } as const;

it('a call that lacks a scope is told the page where it is granted', async () => {
  covers('scopes/challenged', 'scopes/step-up');
  const told = { ...rejected, scopes: ['read', 'write'] };
  const url = `${publicUrl}/connect/${connection.id}~${Buffer.from('write').toString('base64url')}`;
  expect(await offerSignIn(ctx, connection, told)).toEqual({ ...told, connect_url: url });
  const unknown = { ...connection, grantedScopes: [] };
  expect(await offerSignIn(ctx, unknown, told)).toHaveProperty('connect_url');
});

it.each<[string, Outcome]>([
  ['was granted', { ...rejected, scopes: ['read'] }],
  ['nobody named', rejected],
  ['is none', { ...rejected, reason: 'input', scopes: ['write'] }],
  ['was not needed', { status: 'ok', output: 1 }],
])('a scope that %s leads nowhere', async (_what, outcome) => {
  expect(await offerSignIn(ctx, connection, outcome)).toBe(outcome);
});

it('a call that the sign-in does not carry any more is told where to sign in anew', async () => {
  covers('scopes/sign-in-anew');
  const told = { ...rejected, reason: 'auth' } as const;
  const connect_url = `${publicUrl}/connect/${connection.id}`;
  expect(await offerSignIn(ctx, connection, told)).toEqual({ ...told, connect_url });
});

it('nobody signs in where values are submitted', async () => {
  for (const told of [{ ...rejected, scopes: ['write'] }, { ...rejected, reason: 'auth' } as const])
    expect(await offerSignIn(ctx, newConnection(), told)).toBe(told);
});
