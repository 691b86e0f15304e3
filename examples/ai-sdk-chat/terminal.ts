import { createInterface } from 'node:readline';

/** What a reader would not see, or what would steer the terminal: models repeat what strangers wrote. */
const unseen = /(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Where a person reads and answers, one question at a time. */
export function openTerminal() {
  const input = createInterface({ input: process.stdin });
  const lines = input[Symbol.asyncIterator]();
  let turn: Promise<unknown> = Promise.resolve();

  function write(text: string): void {
    process.stdout.write(text.replaceAll(unseen, (sign) => `⟦U+${sign.codePointAt(0)?.toString(16)}⟧`));
  }

  /** What is typed; `undefined` where there is nobody any more. Who asks while another question is open comes after it. */
  function ask(question: string): Promise<string | undefined> {
    const answer = turn.then(async () => {
      write(question);
      const { value, done } = await lines.next();
      return done === true ? undefined : value;
    });
    turn = answer;
    return answer;
  }

  return { write, ask, close: () => input.close() };
}
