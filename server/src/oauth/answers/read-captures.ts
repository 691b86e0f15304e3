import { readPath } from '../../catalog/answers/read-path.ts';
import type { Capture } from '../../catalog/format/oauth.ts';

interface Captured {
  readonly answer: unknown;
  readonly callback?: URLSearchParams | undefined;
  readonly renewing: boolean;
}

type Read =
  | { readonly ok: true; readonly captured: Readonly<Record<string, string>> }
  | { readonly ok: false; readonly message: string };

/**
 * What a manifest keeps of an answer. A value that does not fit its pattern as a whole is refused, whether it was required
 * or not; one that a renewal does not repeat goes on counting.
 */
export function readCaptures(captures: Readonly<Record<string, Capture>>, from: Captured): Read {
  const captured: Record<string, string> = {};
  for (const [name, capture] of Object.entries(captures)) {
    const value = valueOf(capture, from);
    if (value !== undefined && !fits(value, capture))
      return { ok: false, message: `The provider answered with a "${name}" that cannot be right.` };
    if (value === undefined && capture.required && !from.renewing)
      return { ok: false, message: `The provider answered without "${name}".` };
    if (value !== undefined) captured[name] = value;
  }
  return { ok: true, captured };
}

function valueOf({ from, path }: Capture, { answer, callback }: Captured): string | undefined {
  if (from === 'token') return textOf(readPath(answer, path));
  const [first, ...others] = callback?.getAll(path) ?? [];
  return others.length === 0 ? textOf(first) : undefined;
}

function textOf(value: unknown): string | undefined {
  return (typeof value === 'string' && value !== '') || typeof value === 'number' ? String(value) : undefined;
}

function fits(value: string, { pattern }: Capture): boolean {
  if (value.length > 1000 || /\p{Cc}/u.test(value)) return false;
  return pattern === undefined || new RegExp(`^(?:${pattern})$`, 'u').test(value);
}
