import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Failure } from '../../../errors.ts';
import type { Edge } from '../../edge.ts';
import { type Exchange, loggedFailure, showFailure, shownFailure } from '../../show-failure.ts';
import { wantsPage } from '../visit/browser.ts';
import { html } from './html.ts';
import { framed, type PageAnswer } from './page.ts';

/** The exit of failures of pages: in HTML for a browser, in the one error body for everybody else (RULINGS, Everywhere 3). */
export function showingProblems({ app }: Pick<Edge, 'app'>) {
  return (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply =>
    showProblemPage(error, { request, reply, log: app.log });
}

function showProblemPage(error: unknown, exchange: Exchange): FastifyReply {
  const { request, reply } = exchange;
  if (!wantsPage(request.headers)) return showFailure(error, exchange);
  const failure = loggedFailure(error, exchange);
  const { status, body, headers } = problemPage(failure, request.id);
  return reply
    .code(status)
    .headers({ ...shownFailure(failure, error, request).headers, ...headers })
    .send(body);
}

function problemPage(failure: Failure, requestId: string): PageAnswer {
  const sentence = failure.code === 'PAYLOAD_TOO_LARGE' ? 'The form holds more than any of ours.' : failure.message;
  return framed({
    status: failure.status,
    title: 'That did not work',
    body: html`<p>${sentence}</p>`,
    foot: html`Request <code>${requestId}</code>`,
  });
}
