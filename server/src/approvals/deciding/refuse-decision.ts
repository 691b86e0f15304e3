import type { ActingEndUser, Caller, CallerKey } from '../../access/caller.ts';
import { isEndUserPrincipal } from '../../access/end-users/as-end-user.ts';
import type { Connection } from '../../connections/connection.ts';
import type { Approval } from '../approval.ts';
import { decidesForEndUsers } from './decides-for-end-users.ts';

/** Why somebody may not decide, as a sentence; `undefined` where they may. */
export type DecisionRefusal = string | undefined;

/** What decides about deciding: who asked, over whose connection, and whether the workspace wants another person to answer. */
export interface Question extends Pick<Approval, 'id' | 'principal' | 'lineage' | 'userId'> {
  /** The end user of an app whose connection it is; null where it is a person's, a crew's or the workspace's. */
  readonly endUser: Connection['endUser'];
  /** The workspace asks for a second person, and somebody else may use the connection. */
  readonly secondPerson: boolean;
}

/**
 * Whether this caller, who may see the call, may decide what was asked for (RULINGS, Everywhere 13; S3): a person's session,
 * or a key made for deciding; for an end user's connection that end user on the page, or the app's key for deciding. Never the
 * credential that asked, nor one minted by it or beside it; for the token of an end user, whoever made it asked, too.
 */
export function refuseDecision(caller: Caller, question: Question): DecisionRefusal {
  if (question.endUser !== null) return refuseForEndUser(caller, question, question.endUser);
  if (caller.endUser) return 'People who may use this connection decide, not an end user for whom it was named.';
  if (!caller.scopes.has('approvals:decide')) return 'This credential lacks the scope approvals:decide.';
  if (askersOf(question).includes(caller.principal))
    return 'The credential that asked cannot decide. Ask a person, or use another key.';
  if (question.secondPerson && caller.userId === question.userId)
    return 'This workspace wants a second person: somebody else than the one whose credential asked has to decide.';
  if (caller.via === 'session') return undefined;
  if (!caller.key)
    return 'A token of an identity provider cannot decide. Sign in, or use a key with the scope approvals:decide.';
  return refuseKey(caller.key, question);
}

function refuseKey(key: CallerKey, question: Question): DecisionRefusal {
  if (key.kind === 'agent') return 'A key of kind agent never decides.';
  if (areRelated(key.lineage, askersOf(question))) return 'A key cannot decide what the key that made it asked for.';
  if (key.first) return undefined;
  return areRelated(key.lineage, question.lineage) ? sameKey : undefined;
}

function refuseForEndUser(
  caller: Caller,
  question: Question,
  owner: NonNullable<Question['endUser']>,
): DecisionRefusal {
  if (caller.via === 'connect_link' && caller.endUser) return refuseVisitor(caller.endUser, question, owner);
  if (!caller.key || !decidesForEndUsers(caller)) return onlyThey;
  return areRelated(caller.key.lineage, question.lineage) ? sameKey : undefined;
}

/** Who came by a link decides the call that it was made for, unless the asker, or a key beside it, made the link. */
function refuseVisitor(
  visitor: ActingEndUser,
  question: Question,
  owner: NonNullable<Question['endUser']>,
): DecisionRefusal {
  if (visitor.id !== owner.id || visitor.decides !== question.id) return onlyThey;
  return areRelated(visitor.lineage, question.lineage) ? sameKey : undefined;
}

/** The credential that asked. Behind the token of an end user stands whoever made it, the last before it in its lineage. */
function askersOf({ principal, lineage }: Question): readonly string[] {
  return isEndUserPrincipal(principal) ? lineage.slice(-2) : [principal];
}

function areRelated(one: readonly string[], other: readonly string[]): boolean {
  return one.some((ancestor) => other.includes(ancestor));
}

const sameKey = 'This key and the one that asked come from the same key, so it cannot decide.';
const onlyThey =
  'Only the end user whose connection it is decides: on the page that the app opens for them, or through the app, with a key of kind app whose only scope is approvals:decide.';
