import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { OidcSignIn } from '../../access/sign-in/oidc/oidc-sign-in.ts';
import type { Door } from '../create-server.ts';
import type { Edge } from '../edge.ts';
import { approveRoutes } from './approve/approve-routes.ts';
import { assetRoutes } from './frame/assets.ts';
import type { PageAnswer } from './frame/page.ts';
import { showingProblems } from './frame/problem-page.ts';
import { connectRoutes } from './connect/connect-routes.ts';
import { joinRoutes } from './join/join-routes.ts';
import { linkRoutes } from './link/link-routes.ts';
import { connectScriptRoutes } from './link/script/connect-script-routes.ts';
import { firstRunRoutes } from './sign-in/first-run.ts';
import { oidcRoutes } from './sign-in/oidc-routes.ts';
import { signInRoutes } from './sign-in/sign-in.ts';
import { signOutRoutes } from './sign-in/sign-out.ts';
import { browserAt } from './visit/browser.ts';
import type { PageRoute, PageVisit } from './visit/page-route.ts';
import { personOf } from './visit/person-of.ts';

const mostBytes = 16_384;

/** Our own pages: first run, signing in and out, joining, and the steps of connecting that a person sees. They work without a script. */
export function pagesDoor(oidc: OidcSignIn | undefined): Door {
  const routes = [
    ...assetRoutes,
    ...firstRunRoutes,
    ...signInRoutes(oidc),
    ...signOutRoutes,
    ...joinRoutes,
    ...connectRoutes,
    ...approveRoutes,
    ...linkRoutes,
    ...connectScriptRoutes,
    ...(oidc === undefined ? [] : oidcRoutes(oidc)),
  ];
  return (server, edge) => {
    server.register(async (scope) => {
      takeForms(scope);
      scope.setErrorHandler(showingProblems(edge));
      for (const route of routes) mount(scope, edge, route);
    });
  };
}

function takeForms(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser<string>(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: mostBytes },
    (_request, body, done) => done(null, new URLSearchParams(body)),
  );
}

function mount(scope: FastifyInstance, edge: Edge, { method, path, answer }: PageRoute): void {
  scope.route({
    method,
    url: path,
    config: { access: 'public', takesForms: true },
    handler: async (request, reply) => send(reply, await answer(await visitOf(edge, request, reply))),
  });
}

async function visitOf(edge: Edge, request: FastifyRequest, reply: FastifyReply): Promise<PageVisit> {
  const { app } = edge;
  const named = Object.entries(Object(request.params)).map(([name, value]) => [name, String(value)]);
  return {
    ...browserAt(edge, request, reply),
    app,
    edge,
    request,
    params: Object.fromEntries(named),
    form: request.body instanceof URLSearchParams ? request.body : new URLSearchParams(),
    person: await personOf(app, request.headers.cookie),
  };
}

function send(reply: FastifyReply, { status, headers, cookies = [], body }: PageAnswer): FastifyReply {
  if (cookies.length > 0) reply.header('set-cookie', [...cookies]);
  return reply.code(status).headers(headers).send(body);
}
