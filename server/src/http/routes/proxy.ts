import { z } from 'zod';
import { patienceMs, preferenceApplied } from '../../tools/approving/patience.ts';
import { proxyCall } from '../../tools/proxy/proxy-call.ts';
import { type ProxyMethod } from '../../tools/proxy/proxy-tool.ts';
import type { Incoming } from '../incoming.ts';
import { route, type Route } from '../route.ts';
import { waitingCall } from '../shapes/call-result.ts';

/** HEAD before GET: the framework would answer it by itself otherwise. */
const routed: readonly (readonly [ProxyMethod, name: string, summary: string])[] = [
  ['HEAD', 'proxyHead', 'Asks the API of a connection for the headers of an answer. A read: it runs.'],
  ['GET', 'proxyGet', 'Reads from the API of a connection, whatever its path. A read: it runs.'],
  ['OPTIONS', 'proxyOptions', 'Asks the API of a connection what it offers. A read: it runs.'],
  ['POST', 'proxyPost', 'Sends a POST to the API of a connection. A write: it waits for a person.'],
  ['PUT', 'proxyPut', 'Sends a PUT to the API of a connection. A write: it waits for a person.'],
  ['PATCH', 'proxyPatch', 'Sends a PATCH to the API of a connection. A write: it waits for a person.'],
  ['DELETE', 'proxyDelete', 'Sends a DELETE to the API of a connection. A write: it waits for a person.'],
];

const params = z.object({
  id: z
    .union([z.uuid(), z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/)])
    .describe('Id or handle of the connection, or the id of its connector.'),
});

/** The raw proxy: any request to the API behind a connection, with its credentials, by the same rules as any tool. */
export const proxyRoutes: readonly Route[] = routed.map(([method, name, summary]) =>
  route({
    name,
    method,
    path: '/api/v1/connections/:id/proxy/*',
    summary,
    tag: 'Raw proxy',
    access: { role: 'MEMBER', scope: 'tools:call' },
    params,
    workspaceIn: 'header',
    relays: true,
    passesThrough: true,
    answers: { 202: waitingCall },
    failures: ['NOT_FOUND', 'CONFLICT', 'PAYLOAD_TOO_LARGE', 'PROVIDER_UNAVAILABLE'],
    audit: 'call',
    endUsers: true,
    answer: async (ctx, { params, prefer, incoming }) => {
      const request = { ...relayed(incoming), connection: params.id, method, patienceMs: patienceMs({ prefer }) };
      const proxied = await proxyCall(ctx, request);
      if ('answer' in proxied) return { status: 202, relayed: proxied.answer };
      return { status: 202, body: proxied.waiting, headers: preferenceApplied({ prefer }) };
    },
  }),
);

function relayed(incoming: Incoming | undefined): Incoming {
  if (incoming === undefined) throw new Error('A route that relays was mounted without its request.');
  return incoming;
}
