const endings: (() => Promise<void>)[] = [];

/** Has something ended when the test file that runs now is over, whichever module began it. */
export function afterFile(end: () => Promise<void>): void {
  endings.push(end);
}

/** Ends everything that was begun, the youngest first. */
export async function endFile(): Promise<void> {
  for (const end of endings.splice(0).toReversed()) await end();
}
