import type { FastifyRequest } from 'fastify';
import { addressHeader } from '../../../access/sign-in/better-auth.ts';
import { handleAuth } from '../../../access/sign-in/handle-auth.ts';
import { Failure } from '../../../errors.ts';
import { plainHeaders } from '../../doors/auth-door.ts';
import type { PageVisit } from '../visit/page-route.ts';

/** Who a form says it is. */
export interface PasswordForm {
  readonly email: string;
  readonly password: string;
}

export function passwordForm({ form }: Pick<PageVisit, 'form'>): PasswordForm {
  return { email: (form.get('email') ?? '').trim(), password: form.get('password') ?? '' };
}

/** Signs in and answers the cookies of the session. Throws UNAUTHORIZED, BAD_REQUEST or RATE_LIMITED (S27). */
export async function signInWithPassword(
  { app, request }: Pick<PageVisit, 'app' | 'request'>,
  { email, password }: PasswordForm,
): Promise<readonly string[]> {
  const { setCookies } = await handleAuth(app.auth, {
    method: 'POST',
    path: '/sign-in/email',
    headers: plainHeaders(request),
    body: { email, password },
    address: request.ip,
  });
  return setCookies;
}

/** What a session that is opened without a password says of its browser. */
export function sessionHeaders({ ip, headers }: Pick<FastifyRequest, 'ip' | 'headers'>): Headers {
  return new Headers({ [addressHeader]: ip, 'user-agent': headers['user-agent'] ?? '' });
}

/** The failure, where it is something to correct in the form; throws it where it is not. */
export function correctable(error: unknown): Failure {
  if (error instanceof Failure && error.status < 500) return error;
  throw error;
}

/** What a form that was refused is answered with, besides the form. */
export function refusalHeaders({ retryAfter }: Failure): Readonly<Record<string, string>> {
  return retryAfter === undefined ? {} : { 'retry-after': String(Math.ceil(retryAfter)) };
}
