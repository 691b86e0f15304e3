/** Tells the process that started this one where it listens, and ends with it. */
export function tellParent(addresses: Readonly<Record<string, string>>): void {
  process.on('disconnect', () => process.exit());
  process.send?.(addresses);
}
