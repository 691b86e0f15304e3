import type { FastifyReply, FastifyRequest } from 'fastify';
import type { PeopleAuth } from '../../access/sign-in/better-auth.ts';
import { handleAuth, mountedAuthPaths } from '../../access/sign-in/handle-auth.ts';
import type { Door } from '../create-server.ts';

/** Signing in and out by browser: the few endpoints of Better Auth that are reachable at all (S2). */
export const authDoor: Door = (server, { app }) => {
  for (const { method, path } of mountedAuthPaths) {
    server.route({
      method,
      url: `/api/auth${path}`,
      config: { access: 'public' },
      handler: (request, reply) => answer(app.auth, request, { reply, path }),
    });
  }
};

interface Going {
  readonly reply: FastifyReply;
  readonly path: string;
}

async function answer(auth: PeopleAuth, request: FastifyRequest, { reply, path }: Going): Promise<FastifyReply> {
  const { method, body, ip } = request;
  const {
    status,
    body: shown,
    setCookies,
  } = await handleAuth(auth, { method, path, headers: plainHeaders(request), body, address: ip });
  if (setCookies.length > 0) reply.header('set-cookie', [...setCookies]);
  return reply.code(status).type('application/json; charset=utf-8').send(JSON.stringify(shown));
}

/** The headers of a request with one text each. */
export function plainHeaders({ headers }: FastifyRequest): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
}
