import type { Connection } from '../connection.ts';

/**
 * Whether what somebody reconnects with belongs to somebody else than before, as far as the provider tells; one who was never
 * told is nobody to be mistaken for.
 */
export function isAnother({ identity }: Pick<Connection, 'identity'>, now: string | null): boolean {
  return identity !== null && now !== identity;
}

/** Names both, for whoever has to decide. */
export function explainAnother(
  { identity, label }: Pick<Connection, 'identity' | 'label'>,
  now: string | null,
): string {
  const instead = now === null ? 'the provider does not say whose account this is' : `this is ${now}`;
  return `"${label}" was connected as ${identity}, and ${instead}. What uses it would go on with that account.`;
}
