import { z } from 'zod';
import { completeSignIn, linkPath } from '../../../connections/sign-in/complete-sign-in.ts';
import { Failure } from '../../../errors.ts';
import { describedPage } from '../visit/described-page.ts';
import { faceOf, keepingOpener } from '../link/link-face.ts';
import { signInRefusedPage } from '../link/refused.ts';
import { guestOf, personOf } from '../visit/person-of.ts';
import { showSignInPage } from './show-sign-in-page.ts';

/** Where providers send browsers back to (RFC 6749 §4.1.2): the redirect address of every connection (RULINGS 004.6). */
export const connectionCallback = describedPage({
  name: 'finishSignIn',
  method: 'GET',
  path: '/api/v1/connections/oauth/callback',
  summary: "Where the provider sends a person's browser back to after signing in.",
  tag: 'Connections',
  contract: '004',
  query: z.object({
    state: z.string().optional(),
    code: z.string().optional(),
    error: z.string().optional(),
    error_description: z.string().optional(),
    iss: z.string().optional(),
  }),
  answers: { 200: z.string(), 303: null },
  contentType: 'text/html; charset=utf-8',
  failures: [],
  audit: 'none',
  answer: async (app, { wantsPage, cookie, languages, query, signal }) => {
    const [person, came] = await Promise.all([personOf(app, cookie), guestOf(app, cookie)]);
    const step = await completeSignIn(app, { person, guest: came?.guest, query, signal });
    if (step.page === 'refusal' && !wantsPage) throw new Failure('BAD_REQUEST', step.facts.message);
    if (step.page === 'refusal' && step.facts.isGuests === true) {
      const face = await faceOf(app, { ...came?.session.link, accepted: languages });
      return signInRefusedPage(face, step.facts.message);
    }
    const answer = showSignInPage(step);
    return step.page === 'go' && step.to === linkPath ? keepingOpener(answer) : answer;
  },
});
