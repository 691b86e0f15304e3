/** Writes to standard output; false where nobody reads it any more (a closed pipe), which is no reason to fail loudly. */
export function writeOut(text: string): Promise<boolean> {
  return new Promise((resolve) => {
    // Without a listener a closed pipe would end the process with a stack trace.
    process.stdout.once('error', () => resolve(false));
    process.stdout.write(text, (error) => resolve(!error));
  });
}

/** Writes to standard error, where warnings go so that they never mix with what a program reads. */
export function writeError(text: string): void {
  process.stderr.write(text);
}

/** The text without what could steer a terminal or turn the reading direction. */
export function plain(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}]/gu, '\u{fffd}');
}

/** Rows in columns that line up, each row on its line. */
export function table(rows: readonly (readonly string[])[]): string {
  const clean = rows.map((row) => row.map(plain));
  const widths = clean[0]?.map((_, column) => Math.max(...clean.map((row) => row[column]?.length ?? 0))) ?? [];
  const line = (row: readonly string[]) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ');
  return clean.map((row) => `${line(row).trimEnd()}\n`).join('');
}
