/** Does something with each item, so many at a time; the first that fails ends it, once those under way are over. */
export async function eachAtOnce<Item>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  let failed = false;
  const worker = async (): Promise<void> => {
    for (const item of queue) {
      if (failed) return;
      await work(item).catch((error: unknown) => {
        failed = true;
        throw error;
      });
    }
  };
  const over = await Promise.allSettled(Array.from({ length: atOnce }, worker));
  for (const each of over) if (each.status === 'rejected') throw each.reason;
}
