import type { Caller } from '../../access/caller.ts';
import type { Connection } from '../../connections/connection.ts';
import { Failure } from '../../errors.ts';

/** Who decided, as it is put on record: the credential, and the person or end user behind it. */
export interface Decider {
  readonly principal: string;
  readonly userId: string;
}

/** The end user of whom an app says that they decided, by its own id. */
export interface NamedDecider {
  readonly id: string;
}

/**
 * Who decides, for a caller who may. A key of the app says that it was the end user whose connection it is. Throws BAD_REQUEST
 * where it does not say, or names an end user for a call that is for none, and FORBIDDEN where it names another one.
 */
export function deciderOf(
  { via, principal, userId }: Pick<Caller, 'via' | 'principal' | 'userId'>,
  { endUser }: Pick<Connection, 'endUser'>,
  named: NamedDecider | undefined,
): Decider {
  if (endUser === null) {
    if (named === undefined) return { principal, userId };
    throw new Failure(
      'BAD_REQUEST',
      'decided_by names an end user, and this call is not on the connection of one. Leave it out: you decide yourself.',
    );
  }
  if (via === 'connect_link') return { principal, userId };
  if (named === undefined)
    throw new Failure(
      'BAD_REQUEST',
      'Say who decided: decided_by takes {"id": …}, the id by which your app knows the end user.',
    );
  if (named.id === endUser.externalId) return { principal, userId: endUser.id };
  throw new Failure('FORBIDDEN', 'decided_by names somebody else than the end user whose connection it is.');
}
