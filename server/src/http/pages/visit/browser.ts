import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Edge } from '../../edge.ts';

/** A browser at a page of ours. */
export interface Browser {
  /** Whether it asks for a page; a program that does not is told of refusals in the one error body (RULINGS, Everywhere 3). */
  readonly wantsPage: boolean;
  /** The header, as it came. */
  readonly cookie: string | undefined;
  /** The languages it asks for, best ones first or not: the header `Accept-Language` as it came. */
  readonly languages: string | undefined;
  /** As it came, two values of one name included. */
  readonly query: URLSearchParams;
  /** Aborted when it leaves before its answer, or the process when a drain runs out of time. */
  readonly signal: AbortSignal;
}

export function browserAt(edge: Edge, { headers, url }: FastifyRequest, reply: FastifyReply): Browser {
  const { searchParams } = new URL(url, edge.app.config.publicUrl);
  return {
    wantsPage: wantsPage(headers),
    cookie: headers.cookie,
    languages: headers['accept-language'],
    query: searchParams,
    signal: leaving(edge, reply),
  };
}

/** Whether a request's `Accept` names HTML, as that of every browser does. */
export function wantsPage({ accept }: FastifyRequest['headers']): boolean {
  return accept?.includes('text/html') === true;
}

function leaving({ live }: Pick<Edge, 'live'>, reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  live.add(controller);
  reply.raw.once('close', () => {
    live.delete(controller);
    if (!reply.raw.writableFinished) controller.abort();
  });
  return controller.signal;
}
