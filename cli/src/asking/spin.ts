import { streams } from '../streams.ts';

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const clearLine = '\r\u001b[K';

/** Shows that something is under way while it is, on a terminal alone. */
export async function spin<T>(sentence: string, work: () => Promise<T>): Promise<T> {
  const { stderr } = streams();
  if (stderr.isTTY !== true) return work();
  let turn = 0;
  const timer = setInterval(() => {
    stderr.write(`${clearLine}${frames[(turn += 1) % frames.length]} ${sentence}`);
  }, 100);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    stderr.write(clearLine);
  }
}

/** Says something while `spin` does, on lines of its own. */
export function sayBeside(text: string): void {
  const { stderr } = streams();
  stderr.write(stderr.isTTY === true ? `${clearLine}${text}` : text);
}
