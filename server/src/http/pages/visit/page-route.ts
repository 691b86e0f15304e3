import type { FastifyRequest } from 'fastify';
import type { Identity } from '../../../access/access.ts';
import type { App } from '../../../context.ts';
import type { Edge } from '../../edge.ts';
import type { PageAnswer } from '../frame/page.ts';
import type { Browser } from './browser.ts';

/** One page and its method; a POST is the form on it. */
export interface PageRoute {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly answer: (visit: PageVisit) => Promise<PageAnswer>;
}

/** A browser that asks for a page, or sends its form. */
export interface PageVisit extends Browser {
  readonly app: App;
  readonly edge: Edge;
  readonly request: FastifyRequest;
  /** Of the path. */
  readonly params: Readonly<Record<string, string>>;
  /** Empty on a GET. */
  readonly form: URLSearchParams;
  /** Who is signed in in this browser: by its cookie, whatever else the request carries. */
  readonly person: Identity | undefined;
}
