import { z } from 'zod';
import { retryEvent, seeSetAside } from '../../events/outbox/retry-event.ts';
import { listSetAside } from '../../events/outbox/retry-store.ts';
import { actorOf } from '../../events/append-event.ts';
import { route, type Route } from '../route.ts';
import { listOf, pageQuery, showPage } from '../shapes/list.ts';
import { setAsideEvent, showSetAside } from '../shapes/set-aside-event.ts';

const tag = 'Records';

const list = route({
  name: 'listSetAsideEvents',
  method: 'GET',
  path: '/api/v1/events/set-aside',
  summary:
    'Events that some part of Plugboard was told of in vain too often, newest first. Later ones go on being told.',
  tag,
  access: { role: 'ADMIN', scope: 'events:read' },
  query: pageQuery,
  answers: { 200: listOf(setAsideEvent) },
  failures: [],
  audit: 'none',
  answer: async (ctx, { query }) => ({
    status: 200,
    body: showPage(await listSetAside(ctx.db, query), showSetAside),
  }),
});

const retry = route({
  name: 'retrySetAsideEvent',
  method: 'POST',
  path: '/api/v1/events/set-aside/:id/retry',
  summary: 'Has an event that was set aside told again.',
  tag,
  access: { role: 'ADMIN', scope: 'admin' },
  params: z.object({ id: z.uuid().toLowerCase() }),
  answers: { 202: setAsideEvent },
  failures: ['NOT_FOUND', 'CONFLICT'],
  audit: 'event.retried',
  find: (ctx, { params }) => seeSetAside(ctx.db, params.id),
  answer: async (ctx, { found }) => {
    await retryEvent(ctx, found, actorOf(ctx.caller));
    return { status: 202, body: showSetAside(found) };
  },
});

export const setAsideEventRoutes: readonly Route[] = [list, retry];
