const bold = process.stdout.isTTY ? '\u001B[1m' : '';
const dim = process.stdout.isTTY ? '\u001B[2m' : '';
const plain = process.stdout.isTTY ? '\u001B[0m' : '';
let act = 0;

/** Announces what happens next. */
export function scene(title: string): void {
  act += 1;
  process.stdout.write(`\n${bold}${act}. ${title}${plain}\n`);
}

/** Says one thing that happened. */
export function tell(line: string): void {
  process.stdout.write(`   ${line}\n`);
}

/** Shows what came over the wire, shortened. */
export function show(value: unknown): void {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  tell(`${dim}${text.length > 160 ? `${text.slice(0, 157)}…` : text}${plain}`);
}

/** Ends the demo with a failure where something is not as it was announced. */
export function expect(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(`This should have been so, and is not: ${what}`);
}
