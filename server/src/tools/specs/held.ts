import { isHeld, type StoredTool } from '../../connections/tools/discovered-tools.ts';
import type { SeenTool } from '../../connections/tools/tool-definition.ts';
import { digestOf } from '../../lib/digest.ts';
import type { Rejected } from '../../transports/outcome.ts';

/** Why nobody may call a tool before a person has looked at it. */
export interface Held {
  /** What of it changed since it was accepted, in words; none where nothing of it was accepted yet. */
  readonly parts: readonly string[];
}

const partNames: readonly (readonly [key: keyof SeenTool, words: string])[] = [
  ['label', 'label'],
  ['description', 'description'],
  ['effect', 'effect'],
  ['destructive', 'destructiveness'],
  ['input', 'input schema'],
];

/** Why a tool is held; `undefined` where it is not. */
export function heldOf(stored: StoredTool): Held | undefined {
  if (!isHeld(stored)) return undefined;
  const { seen, accepted } = stored;
  if (accepted === undefined) return { parts: [] };
  const changed = partNames.filter(([key]) => digestOf(seen[key]) !== digestOf(accepted[key]));
  return { parts: changed.map(([, words]) => words) };
}

/** What a call of a held tool answers: what changed and where to look, in none of the server's words. */
export function rejectHeld(tool: string, { connectionId, held }: { connectionId: string; held: Held }): Rejected {
  const what =
    held.parts.length === 0
      ? 'is new, and nobody has looked at it yet'
      : `has changed since it was accepted (${held.parts.join(', ')})`;
  const where = `/api/v1/connections/${connectionId}/tools/${encodeURIComponent(tool)}/change`;
  const message = `The tool ${tool} ${what}, so it is held. A person sees the change at ${where} and can accept it.`;
  return { status: 'rejected', reason: 'held', message };
}
