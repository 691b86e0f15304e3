import type { Clock } from '../lib/clock.ts';
import type { Storage } from '../storage/storage.ts';
import type { Caller } from './caller.ts';
import { reviveEndUser } from './end-users/tokens/revive-end-user.ts';
import { enterAsPerson } from './enter.ts';
import { readKey } from './keys/known-keys.ts';
import { isoMoment } from './tables.ts';
import { Failure } from '../errors.ts';

/** Which database, at what time. */
export interface Reviving {
  readonly storage: Storage;
  readonly clock: Clock;
}

/** The caller behind a principal, as it stands now and not as it stood when it asked; `undefined` where it is gone. */
export async function revive(reviving: Reviving, principal: string, workspaceId: string): Promise<Caller | undefined> {
  const [via, id = ''] = principal.split(/:(.*)/s);
  if (via === 'key') return reviveKey(reviving, id, workspaceId);
  if (via === 'end_user') return reviveEndUser(reviving, id, workspaceId);
  const userId = via === 'session' ? await personOf(reviving, id) : id;
  if (userId === undefined || (via !== 'session' && via !== 'jwt')) return undefined;
  try {
    return await enterAsPerson(reviving.storage, { via, principal, userId, ambient: false }, { named: workspaceId });
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

async function reviveKey({ storage, clock }: Reviving, id: string, workspaceId: string): Promise<Caller | undefined> {
  const key = await readKey(storage, { id });
  const holds = key && key.expiresAt > clock.now() && key.caller.workspaceId === workspaceId;
  return holds ? key.caller : undefined;
}

async function personOf({ storage, clock }: Reviving, sessionId: string): Promise<string | undefined> {
  const session = await storage.rows
    .selectFrom('sessions')
    .select(['user_id', 'expires_at'])
    .where('id', '=', sessionId)
    .executeTakeFirst();
  return session && Date.parse(isoMoment(session.expires_at)) > clock.now() ? session.user_id : undefined;
}
