import { expect, it } from 'vitest';
import { covers } from '../../../tests/support/covers.ts';
import { newConnection } from '../../../tests/support/new-connection.ts';
import type { Outcome } from '../transports/outcome.ts';
import { offerSignIn } from './offer-sign-in.ts';

const publicUrl = 'https://plugboard.example.com';
const connection = newConnection({ authMode: 'mcp_oauth', grantedScopes: ['read'] });
const rejected = { status: 'rejected', reason: 'scope', message: 'No.' } as const;

it('a call that lacks a scope is told the page where it is granted', () => {
  covers('scopes/challenged', 'scopes/step-up');
  const told = { ...rejected, scopes: ['read', 'write'] };
  const url = `${publicUrl}/connect/${connection.id}~${Buffer.from('write').toString('base64url')}`;
  expect(offerSignIn({ publicUrl }, connection, told)).toEqual({ ...told, connect_url: url });
  const unknown = { ...connection, grantedScopes: [] };
  expect(offerSignIn({ publicUrl }, unknown, told)).toHaveProperty('connect_url');
});

it.each<[string, Outcome]>([
  ['was granted', { ...rejected, scopes: ['read'] }],
  ['nobody named', rejected],
  ['is none', { ...rejected, reason: 'input', scopes: ['write'] }],
  ['was not needed', { status: 'ok', output: 1 }],
])('a scope that %s leads nowhere', (_what, outcome) => {
  expect(offerSignIn({ publicUrl }, connection, outcome)).toBe(outcome);
});

it('a call that the sign-in does not carry any more is told where to sign in anew', () => {
  covers('scopes/sign-in-anew');
  const told = { ...rejected, reason: 'auth' } as const;
  const connect_url = `${publicUrl}/connect/${connection.id}`;
  expect(offerSignIn({ publicUrl }, connection, told)).toEqual({ ...told, connect_url });
});

it('nobody signs in where values are submitted', () => {
  for (const told of [{ ...rejected, scopes: ['write'] }, { ...rejected, reason: 'auth' } as const])
    expect(offerSignIn({ publicUrl }, newConnection(), told)).toBe(told);
});
