import type { FastifyReply, FastifyRequest } from 'fastify';
import type { WorkspaceWish } from '../../access/access.ts';
import { roleAtLeast, type Caller } from '../../access/caller.ts';
import type { Context } from '../../context.ts';
import { Failure } from '../../errors.ts';
import { preferences } from '../../tools/approving/patience.ts';
import { identityOf } from './admit.ts';
import type { Edge } from '../edge.ts';
import type { Allowed } from '../route.ts';

/** The context of a request in the workspace it asks for, counted in until its answer is over (R13). */
export async function enterWorkspace(edge: Edge, visit: Visit): Promise<Context> {
  const { request, reply, wish } = visit;
  const caller = await edge.app.access.enter(identityOf(request), wish);
  request.workspaceId = caller.workspaceId;
  const leave = edge.inFlight.enter(caller.workspaceId);
  const turn = edge.courtesy.enter(caller.workspaceId);
  const controller = new AbortController();
  edge.live.add(controller);
  onceOver(reply, () => {
    leave();
    void turn.then((end) => end());
    edge.live.delete(controller);
    if (!reply.raw.writableFinished) controller.abort();
  });
  await turn;
  return {
    ...edge.app,
    egress: edge.app.egress.of(caller.workspaceId),
    caller,
    db: edge.app.storage.workspace(caller.workspaceId),
    requestId: request.id,
    signal: controller.signal,
    answerBy: answerBy(request.headers.prefer, edge.app.clock.now()),
  };
}

/** When a client that says how long it waits (RFC 7240 §4.3) wants its answer; `undefined` where it does not say. */
function answerBy(prefer: string | string[] | undefined, now: number): number | undefined {
  const wait = prefer === undefined ? undefined : preferences(String(prefer)).get('wait');
  return wait !== undefined && /^[1-9]\d{0,5}$/.test(wait) ? now + Number(wait) * 1000 : undefined;
}

export interface Visit {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly wish: WorkspaceWish;
}

/** Throws FORBIDDEN, saying what is missing, unless the caller may do what the route allows. */
export function checkAllowed(allowed: Allowed, caller: Caller): void {
  if (allowed === 'caller') return;
  if (allowed === 'operator') {
    if (caller.operator) return;
    throw new Failure(
      'FORBIDDEN',
      'Only the operator of this installation may do this: sign in as the operator or use the first admin key.',
    );
  }
  if (!roleAtLeast(caller.role, allowed.role)) {
    throw new Failure('FORBIDDEN', `This needs the role ${allowed.role} in the workspace; yours is ${caller.role}.`);
  }
  if (!caller.scopes.has(allowed.scope) && !caller.scopes.has(allowed.orScope ?? allowed.scope)) {
    throw new Failure('FORBIDDEN', `This credential lacks the scope ${allowed.scope}. Use a key that has it.`);
  }
}

function onceOver(reply: FastifyReply, done: () => void): void {
  let over = false;
  const finish = () => {
    if (over) return;
    over = true;
    done();
  };
  reply.raw.once('finish', finish);
  reply.raw.once('close', finish);
}
