import { z } from 'zod';
import { passwordLength } from '../../../access/sign-in/better-auth.ts';
import { acceptInvitation, readInvitation } from '../../../access/workspaces/people/accept-invitation.ts';
import { findPerson } from '../../../access/workspaces/people/person-store.ts';
import { Failure } from '../../../errors.ts';
import { Secret } from '../../../lib/secret.ts';
import type { PageAnswer } from '../frame/page.ts';
import { correctable, sessionHeaders } from '../sign-in/password-sign-in.ts';
import { countAttempt } from '../visit/count-attempt.ts';
import { goOn } from '../visit/go-on.ts';
import type { PageRoute, PageVisit } from '../visit/page-route.ts';
import { sealedCookie } from '../visit/sealed-cookie.ts';
import { invitationPage, joinPath, type Newcomer, type Tried } from './invitation-page.ts';
import { openPage, openPath } from './open-page.ts';

/** `/join`, where the link of an invitation leads: opens it, shows what it is for, and lets its person in. */
export const joinRoutes: readonly PageRoute[] = [
  { method: 'GET', path: joinPath, answer: show },
  { method: 'GET', path: openPath, answer: async () => goOn(joinPath) },
  { method: 'POST', path: openPath, answer: open },
  { method: 'POST', path: joinPath, answer: join },
];

/** Which invitation this browser looks at, so that no address holds its token, on the way through signing in either (S18). */
const opened = sealedCookie({ name: 'invitation', shape: z.string(), seconds: 600 });

async function show(visit: PageVisit): Promise<PageAnswer> {
  const token = opened.read(visit.app, visit.request.headers.cookie);
  return token === undefined ? openPage() : showInvitation(visit, token);
}

/** Looks at an invitation and changes nothing. A token that opens none is answered alike, whatever became of it. */
async function open(visit: PageVisit): Promise<PageAnswer> {
  const token = tokenIn(visit.form);
  try {
    await countAttempt(visit, 'join');
    if (token === '') throw new Failure('BAD_REQUEST', 'Paste the link of your invitation.');
    await readInvitation(visit.app, token);
    return goOn(joinPath, [opened.give(visit.app, token)]);
  } catch (error) {
    return closed(visit, token, correctable(error));
  }
}

/** The token, of the whole link or by itself. */
function tokenIn(form: URLSearchParams): string {
  const pasted = form.get('token') ?? '';
  return pasted.slice(pasted.lastIndexOf('#') + 1).trim();
}

/** Joins as who is signed in, or as somebody new, who is signed in by it. */
async function join(visit: PageVisit): Promise<PageAnswer> {
  const { app, form, person } = visit;
  const token = tokenIn(form);
  const given = { name: (form.get('name') ?? '').trim(), password: form.get('password') ?? '' };
  const wrong = person === undefined ? mistakesIn(given) : undefined;
  try {
    await countAttempt(visit, 'join');
    if (wrong !== undefined) throw new Failure('BAD_REQUEST', 'Correct what is marked below.');
    const cookies = person === undefined ? await enter(visit, token, given) : [];
    if (person !== undefined) await acceptInvitation(app, { token, userId: person.userId });
    return goOn('/', [opened.drop(app), ...cookies]);
  } catch (error) {
    return refused(visit, token, { name: given.name, failure: correctable(error), ...(wrong && { wrong }) });
  }
}

const { least, most } = passwordLength;
const newcomer = z.object({
  name: z.string().min(1, 'Say what to call you.').max(80, 'A name has at most 80 characters.'),
  password: z
    .string()
    .min(least, `Choose a password of at least ${least} characters.`)
    .max(most, `A password has at most ${most} characters.`),
});

function mistakesIn(given: Newcomer): Partial<Newcomer> | undefined {
  const issues = newcomer.safeParse(given).error?.issues;
  return issues && Object.fromEntries(issues.map(({ path, message }) => [String(path[0]), message]));
}

async function enter(visit: PageVisit, token: string, { name, password }: Newcomer): Promise<readonly string[]> {
  const { app, request } = visit;
  const { userId } = await acceptInvitation(app, { token, name, password: new Secret(password) });
  return app.auth.enterAs(userId, sessionHeaders(request));
}

/** Whoever tries too often is told nothing of the token. */
async function refused(visit: PageVisit, token: string, tried: Tried): Promise<PageAnswer> {
  return tried.failure.code === 'RATE_LIMITED'
    ? closed(visit, token, tried.failure)
    : showInvitation(visit, token, tried);
}

async function showInvitation(visit: PageVisit, token: string, tried?: Tried): Promise<PageAnswer> {
  const { app, person } = visit;
  try {
    const invitation = await readInvitation(app, token);
    const found = person && (await findPerson(app.storage, person.userId));
    return invitationPage({ invitation, token, person: found?.email, tried });
  } catch (error) {
    return closed(visit, token, correctable(error));
  }
}

/** A token is shown again where it was not looked at yet; one that opens nothing is of no more use. */
function closed({ app }: PageVisit, token: string, failure: Failure): PageAnswer {
  if (failure.code === 'RATE_LIMITED') return openPage({ failure, token });
  return { ...openPage({ failure }), cookies: [opened.drop(app)] };
}
