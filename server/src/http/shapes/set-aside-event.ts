import { z } from 'zod';
import type { SetAside } from '../../events/outbox/retry-store.ts';

/** An event that somebody who listens could not be told of. */
export const setAsideEvent = z
  .object({
    id: z.uuid(),
    set_aside_at: z.iso.datetime(),
    listener: z.string().describe('Which part of Plugboard did not take it.'),
    event_id: z.string(),
    type: z.string(),
    subject: z.string(),
    attempts: z.int(),
    problem: z.string().nullable(),
  })
  .meta({ id: 'SetAsideEvent' });

export function showSetAside(row: SetAside): z.output<typeof setAsideEvent> {
  const { id, at, listener, eventId, type, subject, attempts, lastError } = row;
  return { id, set_aside_at: at, listener, event_id: eventId, type, subject, attempts, problem: lastError };
}
