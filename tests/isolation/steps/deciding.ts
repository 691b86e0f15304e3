import * as fc from 'fast-check';
import { expect } from 'vitest';
import { ask, visit } from '../asking.ts';
import { did, pick, pickBrowser, pickReader } from '../choosing.ts';
import { askerOf, isDecider, isOpen, mayDecide, type NamedAs, namings, type Waiting } from '../model.ts';
import type { World } from '../world.ts';
import { refusals } from './connecting.ts';
import { keepLink, openIn } from './linking.ts';
import { maybe, step, which, who } from './step.ts';

const verb = fc.constantFrom('approve' as const, 'decline' as const);
/** `fitting`: as it must be for this call. */
const named = fc.constantFrom('fitting' as const, 'fitting' as const, ...namings);

const settled = ['done', 'declined', 'voided', 'approved', 'executing'];

/** Somebody decides a call. */
export const decide = step(
  'decide',
  { by: who, waiting: which, verb, named },
  async (world, { by, waiting: nth, verb, named: wish }) => {
    const waiting = pick(world.made.waiting, nth);
    if (waiting === undefined) return;
    const fitting: NamedAs = waiting.connection.owner === null ? 'nobody' : 'right';
    const named = wish === 'fitting' ? fitting : wish;
    const reader = pickReader(world, by, (each) => mayDecide(each, waiting, fitting));
    const may = mayDecide(reader, waiting, named);
    settle(waiting, verb, may);
    const body = decidedBy(world, waiting, named);
    const answer = await ask(world, reader, { to: `POST /api/v1/approvals/${waiting.id}/${verb}`, body });
    const counted = settled.some((each) => each === answer.body['status']);
    if (!may) return expect(counted, `${reader.kind} decided: ${answer.text}`).toBe(false);
    if (!isOpen(waiting)) return;
    expect(counted, answer.text).toBe(true);
    waiting.isDecided = true;
    did(world);
  },
);

/** A decision that counts lets the write happen from the moment at which it is sent; for an end user still, whose token was ended since. */
function settle(waiting: Waiting, verb: 'approve' | 'decline', may: boolean): void {
  if (may && verb === 'approve' && !waiting.isDecided && waiting.connection.isLive) waiting.isApproved = true;
}

function decidedBy({ made }: World, waiting: Waiting, named: NamedAs): { readonly decided_by?: object } {
  if (named === 'nobody') return {};
  const right = waiting.connection.owner ?? askerOf(waiting);
  const other = made.endUsers.find((each) => each !== right && each.workspace === waiting.connection.workspace);
  const wrong = other?.externalId ?? 'u_nobody-knows';
  return { decided_by: { id: named === 'right' && right !== null ? right.externalId : wrong } };
}

/** Somebody asks for a link to the page of a call. */
export const linkToApproval = step(
  'link to a call',
  { by: who, waiting: which, opens: maybe },
  async (world, { by, waiting: nth, opens }) => {
    const waiting = pick(world.made.waiting, nth);
    if (waiting === undefined) return;
    const { id, connection } = waiting;
    const reader = pickReader(world, by, (each) => isDecider(each, connection.workspace));
    const made = await ask(world, reader, { to: `POST /api/v1/approvals/${id}/link` });
    if (!isDecider(reader, connection.workspace) || connection.owner === null)
      return expect([400, 409, ...refusals], made.text).toContain(made.status);
    if (!isOpen(waiting)) return;
    expect(made.status, made.text).toBe(201);
    const link = keepLink(world, made.body, { endUser: connection.owner, waiting });
    did(world);
    if (opens !== undefined) await openIn(world, opens, link);
  },
);

/** A button of the page of a call is pressed, in a browser that opened its link, or that of another one, or none. */
export const press = step(
  'press',
  { browser: which, waiting: which, own: fc.boolean(), verb },
  async (world, { browser: nth, waiting: other, own, verb }) => {
    const browser = pickBrowser(world, nth, ({ link }) => link.waiting !== undefined);
    const at = browser.page?.link;
    const waiting = (own ? at?.waiting : undefined) ?? pick(world.made.waiting, other);
    if (waiting === undefined) return;
    const may = at?.waiting === waiting && !at.endUser.isErased;
    settle(waiting, verb, may);
    const path = `/approve/${waiting.id}`;
    await visit(world, browser, { path });
    const pressed = await visit(world, browser, { path, fields: { decision: verb } });
    if (!may) return expect(refusals, pressed.text).toContain(pressed.status);
    if (isOpen(waiting)) expect(pressed.status, pressed.text).toBe(303);
    waiting.isDecided = true;
    did(world);
  },
);
