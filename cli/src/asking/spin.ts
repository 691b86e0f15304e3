const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const clearLine = '\r\u001b[K';

/** Shows that something is under way while it is, on a terminal alone. */
export async function spin<T>(sentence: string, work: () => Promise<T>): Promise<T> {
  if (!process.stderr.isTTY) return work();
  let turn = 0;
  const timer = setInterval(() => {
    process.stderr.write(`${clearLine}${frames[(turn += 1) % frames.length]} ${sentence}`);
  }, 100);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    process.stderr.write(clearLine);
  }
}
