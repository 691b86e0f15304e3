import { z } from 'zod';
import { Failure } from '../../errors.ts';
import type { FailureCode } from '../../errors.ts';
import { isRecord, parseJson } from '../../lib/json.ts';
import { addressHeader, signInRule } from './better-auth.ts';
import type { PeopleAuth } from './better-auth.ts';

/** All of Better Auth that is reachable from outside, under `/api/auth` (S2). */
export const mountedAuthPaths = [
  { method: 'POST', path: '/sign-in/email' },
  { method: 'POST', path: '/sign-out' },
  { method: 'GET', path: '/get-session' },
] as const;

/** A request below `/api/auth`, as the HTTP edge hands it over. */
export interface AuthRequest {
  readonly method: string;
  /** Below `/api/auth`, without the query: `/sign-in/email`. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The parsed JSON body. */
  readonly body: unknown;
  /** The client's address, seen through trusted proxies only (S27). */
  readonly address: string;
}

export interface AuthAnswer {
  readonly status: number;
  readonly body: unknown;
  /** Each one is a `Set-Cookie` header of its own. */
  readonly setCookies: readonly string[];
}

const signInShape = z.strictObject({
  email: z.email().max(254),
  password: z.string().min(1).max(128),
  rememberMe: z.boolean().optional(),
});

/** What of the browser's request Better Auth may see. */
const passedHeaders = [
  'cookie',
  'authorization',
  'origin',
  'referer',
  'user-agent',
  'sec-fetch-site',
  'sec-fetch-mode',
  'sec-fetch-dest',
];

/** Signs in, signs out, or tells the session. Throws NOT_FOUND for everything else Better Auth could do (S2). */
export async function handleAuth(auth: PeopleAuth, request: AuthRequest): Promise<AuthAnswer> {
  const mounted = mountedAuthPaths.find(({ method, path }) => method === request.method && path === request.path);
  if (mounted === undefined) throw new Failure('NOT_FOUND', 'There is no such sign-in endpoint.');
  const body = mounted.path === '/sign-in/email' ? await checkSignIn(auth, request.body) : {};
  const response = await auth.route(
    new Request(`${auth.publicUrl}/api/auth${mounted.path}`, {
      method: mounted.method,
      headers: headersFor(request),
      ...(mounted.method === 'POST' ? { body: JSON.stringify(body) } : {}),
    }),
  );
  const answer = parseJson(await response.text());
  if (!response.ok) throw failureOf(response, answer);
  return { status: response.status, body: shown(request, answer), setCookies: response.headers.getSetCookie() };
}

/** The address counts in Better Auth's own limit; here counts the e-mail, from wherever somebody tries. */
async function checkSignIn(auth: PeopleAuth, body: unknown): Promise<z.output<typeof signInShape>> {
  const parsed = signInShape.safeParse(body);
  if (!parsed.success) throw new Failure('BAD_REQUEST', 'Sign in with an e-mail address and a password.');
  const { allowed, retryAfter } = await auth.throttle.consume(`sign-in ${parsed.data.email.toLowerCase()}`, signInRule);
  if (!allowed) throw tooManyAttempts(retryAfter ?? signInRule.window);
  return parsed.data;
}

function headersFor(request: AuthRequest): Headers {
  const headers = new Headers({ 'content-type': 'application/json', [addressHeader]: request.address });
  for (const name of passedHeaders) {
    const value = request.headers[name];
    if (value !== undefined) headers.set(name, value);
  }
  return headers;
}

const codes: Readonly<Record<number, FailureCode>> = {
  401: 'UNAUTHORIZED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  422: 'INVALID_INPUT',
};

function failureOf(response: Response, answer: unknown): Failure {
  if (response.status === 429)
    return tooManyAttempts(Number(response.headers.get('x-retry-after') ?? signInRule.window));
  if (response.status >= 500) return new Failure('INTERNAL', 'Signing in failed on our side. Try again.');
  const message =
    isRecord(answer) && typeof answer['message'] === 'string' ? answer['message'] : 'This sign-in was refused';
  return new Failure(codes[response.status] ?? 'BAD_REQUEST', `${message.replace(/\.$/, '')}.`);
}

function tooManyAttempts(seconds: number): Failure {
  return new Failure('RATE_LIMITED', `Too many attempts to sign in. Try again in ${seconds} seconds.`, {
    retryAfter: seconds,
  });
}

/** A browser has its cookie and never sees the token; a program that signs in gets the token to send as a bearer. */
function shown(request: AuthRequest, answer: unknown): unknown {
  if (!isRecord(answer)) return answer ?? null;
  const { session, user, token } = answer;
  if (session !== undefined) return { session: isRecord(session) ? without(session, 'token') : session, user };
  if (user === undefined) return answer;
  return request.headers['origin'] === undefined ? { token, user } : { user };
}

function without(record: Record<string, unknown>, name: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([key]) => key !== name));
}
