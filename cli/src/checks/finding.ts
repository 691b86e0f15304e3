/** What a check came to, with a sentence that says how to mend what is not well. */
export interface Finding {
  readonly check: string;
  readonly status: 'ok' | 'warning' | 'failed';
  readonly message: string;
}

/** The three ways a check can end, under its name. */
export function findingsOf(check: string) {
  const as =
    (status: Finding['status']) =>
    (message: string): Finding => ({ check, status, message });
  return { ok: as('ok'), warning: as('warning'), failed: as('failed') };
}
