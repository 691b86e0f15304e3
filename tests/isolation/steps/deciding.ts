import { expect } from 'vitest';
import { ask, visit } from '../asking.ts';
import { did, pick, pickBrowser, pickReader } from '../choosing.ts';
import { refusals } from './connecting.ts';
import { keepLink, openIn } from './linking.ts';
import { isDecider, isEndUser, isOpen, mayDecide, type NamedAs, type Waiting } from '../model.ts';
import type { StepOf } from './step.ts';
import type { World } from '../world.ts';

/** Somebody decides a call, by itself or among several. */
export async function decide(world: World, wish: StepOf<'decide'>): Promise<void> {
  const waiting = pick(world.made.waiting, wish.waiting);
  if (waiting === undefined) return;
  const { id, account } = waiting;
  const reader = pickReader(world, wish.by, (each) => mayDecide(each, waiting, namedFor(waiting)));
  const named = wish.named === 'fitting' ? namedFor(waiting) : wish.named;
  const may = mayDecide(reader, waiting, named);
  const decision = decidedBy(world, waiting, named);
  const calls = may && wish.verb === 'approve' ? { calls: account } : {};
  const answer = wish.several
    ? await ask(world, reader, {
        to: 'POST /api/v1/approvals/decisions',
        body: { decisions: [{ id, decision: wish.verb, ...decision }] },
        ...calls,
      })
    : await ask(world, reader, { to: `POST /api/v1/approvals/${id}/${wish.verb}`, body: decision, ...calls });
  const status = wish.several ? statusOf(answer.body) : answer.body['status'];
  const counted = settled.some((each) => each === status);
  if (!may) return expect(counted, `${reader.kind} decided: ${answer.text}`).toBe(false);
  if (!isOpen(waiting)) return;
  expect(counted, answer.text).toBe(true);
  waiting.isDecided = true;
  did(world, 'decide');
}

const settled = ['done', 'declined', 'voided', 'approved', 'executing'];

function statusOf(body: Readonly<Record<string, unknown>>): unknown {
  const [first] = Array.isArray(body['data']) ? body['data'] : [];
  return Object(Object(first).approval).status;
}

function namedFor({ account }: Waiting): NamedAs {
  return isEndUser(account.owner) ? 'right' : 'nobody';
}

function decidedBy(
  world: World,
  { account, asker }: Waiting,
  named: NamedAs,
): { readonly decided_by?: { readonly id: string } } {
  if (named === 'nobody') return {};
  const right = isEndUser(account.owner) ? account.owner : asker;
  const other = world.made.endUsers.find((each) => each !== right && each.workspace === account.workspace);
  const wrong = other?.externalId ?? 'u_nobody-knows';
  return { decided_by: { id: named === 'right' && isEndUser(right) ? right.externalId : wrong } };
}

/** Somebody asks for a link to the page of a call. */
export async function linkToApproval(
  world: World,
  { by, waiting: which, opens }: StepOf<'approval link'>,
): Promise<void> {
  const waiting = pick(world.made.waiting, which);
  if (waiting === undefined) return;
  const { id, account } = waiting;
  const reader = pickReader(world, by, (each) => isDecider(each, account.workspace));
  const made = await ask(world, reader, { to: `POST /api/v1/approvals/${id}/link` });
  if (!isDecider(reader, account.workspace) || !isEndUser(account.owner))
    return expect([400, 409, ...refusals], made.text).toContain(made.status);
  if (!isOpen(waiting)) return;
  expect(made.status, made.text).toBe(201);
  const link = keepLink(world, made.body, { endUser: account.owner, connectors: undefined, waiting });
  did(world, 'approval link');
  if (opens) await openIn(world, pickBrowser(world, opens), link);
}

/** A button of the page of a call is pressed, in a browser that opened its link, or that of another one, or none. */
export async function press(world: World, wish: StepOf<'press'>): Promise<void> {
  const browser = pickBrowser(world, wish.browser, (page) => page.link.waiting !== undefined);
  const own = wish.own ? browser.page?.link.waiting : undefined;
  const waiting = own ?? pick(world.made.waiting, wish.waiting);
  if (waiting === undefined) return;
  const may = browser.page?.link.waiting === waiting && !browser.page.link.endUser.isErased;
  const calls = may && wish.decision === 'approve' ? { calls: waiting.account } : {};
  const path = `/approve/${waiting.id}`;
  const fields = { decision: wish.decision };
  await visit(world, browser, { path: path });
  const pressed = await visit(world, browser, { path: path, fields, ...calls });
  if (!may) return expect(refusals, pressed.text).toContain(pressed.status);
  if (isOpen(waiting)) expect(pressed.status, pressed.text).toBe(303);
  waiting.isDecided = true;
  did(world, 'press');
}
