import { z } from 'zod';
import { passwordLength } from '../../../access/sign-in/better-auth.ts';
import { awaitsOwner, setOwnerSignIn } from '../../../access/workspaces/people/owner-sign-in.ts';
import type { Caller } from '../../../access/caller.ts';
import { Failure } from '../../../errors.ts';
import { Secret } from '../../../lib/secret.ts';
import { html } from '../frame/html.ts';
import { framed, type PageAnswer } from '../frame/page.ts';
import { field, hidden, problem } from '../frame/parts.ts';
import { ownPath } from '../own-path.ts';
import { countAttempt } from '../visit/count-attempt.ts';
import { goOn } from '../visit/go-on.ts';
import type { PageRoute, PageVisit } from '../visit/page-route.ts';
import { correctable, refusalHeaders, sessionHeaders } from './password-sign-in.ts';
import { withNext } from './sign-in.ts';

/** `/first-run`: the owner shows the admin key and chooses how to sign in, once in the life of an installation. */
export const firstRunRoutes: readonly PageRoute[] = [
  {
    method: 'GET',
    path: '/first-run',
    answer: async ({ app, query }) => {
      const to = ownPath(app.config.publicUrl, query.get('to'));
      return (await awaitsOwner(app.storage)) ? firstRunPage({ to }) : goOn(withNext('/sign-in', to));
    },
  },
  { method: 'POST', path: '/first-run', answer: setUp },
];

const shape = z.object({
  name: z.string().trim().min(1, 'Say what to call you.').max(120, 'A name has at most 120 characters.'),
  email: z.email('That is no e-mail address.').max(254),
  password: z
    .string()
    .min(passwordLength.least, `Choose a password of at least ${passwordLength.least} characters.`)
    .max(passwordLength.most, `A password has at most ${passwordLength.most} characters.`),
});
type Wish = z.output<typeof shape>;

async function setUp(visit: PageVisit): Promise<PageAnswer> {
  const { app, form, request } = visit;
  const to = ownPath(app.config.publicUrl, form.get('to'));
  const given = { name: form.get('name') ?? '', email: (form.get('email') ?? '').trim() };
  if (!(await awaitsOwner(app.storage))) return setUpAlready(to);
  try {
    const caller = await ownerBehind(visit);
    const wish = parse({ ...given, password: form.get('password') ?? '' });
    const db = app.storage.workspace(caller.workspaceId);
    const password = new Secret(wish.password);
    await setOwnerSignIn({ ...app, caller, db }, { ...wish, password, onlyFirst: true });
    return goOn(to, await app.auth.enterAs(caller.userId, sessionHeaders(request)));
  } catch (error) {
    const failure = correctable(error);
    return (await awaitsOwner(app.storage)) ? firstRunPage({ to, ...given, failure }) : setUpAlready(to);
  }
}

/** Whoever shows the admin key. Keys are compared by their hashes; attempts are counted by address, in the database (S27). */
async function ownerBehind({ app, edge, request, form }: PageVisit): Promise<Caller> {
  await countAttempt({ app, request }, 'first-run');
  const credentials = { apiKey: (form.get('admin_key') ?? '').trim(), authorization: undefined, cookie: undefined };
  edge.failedCredentials.check(request.ip, credentials);
  const identity = await app.access.identify(credentials);
  const caller = identity && (await app.access.enter(identity, { named: undefined }));
  if (caller?.key?.first === true) return caller;
  edge.failedCredentials.failed(request.ip, credentials);
  throw new Failure('UNAUTHORIZED', 'That is not the admin key of this installation.');
}

function parse(given: Wish): Wish {
  const { success, data, error } = shape.safeParse(given);
  if (success) return data;
  throw new Failure('BAD_REQUEST', error.issues[0]?.message ?? 'Fill in every field.');
}

function setUpAlready(to: string): PageAnswer {
  return framed({
    status: 409,
    title: 'This installation is set up',
    body: html`<p>Its owner has chosen a password already.</p>
      <div class="buttons"><a class="button main" href="${withNext('/sign-in', to)}">Sign in</a></div>`,
  });
}

interface FirstRunFacts {
  readonly to: string;
  readonly name?: string;
  readonly email?: string;
  readonly failure?: Failure;
}

function firstRunPage({ to, name, email, failure }: FirstRunFacts): PageAnswer {
  const { least, most } = passwordLength;
  return framed({
    status: failure?.status ?? 200,
    title: failure === undefined ? 'Set up this installation' : 'Set up: try again',
    heading: html`Set up this installation`,
    headers: failure === undefined ? {} : refusalHeaders(failure),
    body: html`<p>You are the first here. Show the admin key, and choose how you will sign in from now on.</p>
      ${problem(failure?.message)}
      <form method="post" action="/first-run">
        ${hidden('to', to)}
        ${field({ name: 'admin_key', label: 'Admin key', type: 'password', autocomplete: 'off', hint: whereTheKeyIs, most: 500 })}
        ${field({ name: 'name', label: 'Your name', type: 'text', autocomplete: 'name', value: name, most: 120 })}
        ${field({ name: 'email', label: 'E-mail address', type: 'email', autocomplete: 'username', value: email, most: 254 })}
        ${field({ name: 'password', label: 'Password', type: 'password', autocomplete: 'new-password', hint: html`At least ${least} characters.`, least, most })}
        <div class="buttons"><button class="button main" type="submit">Set up and sign in</button></div>
      </form>`,
  });
}

const whereTheKeyIs = html`In the file <code>admin.key</code> in the data folder, unless
  <code>PLUGBOARD_ADMIN_KEY</code> brought one.`;
