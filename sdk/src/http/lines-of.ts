/** Characters of one line. Longer than anything the server sends, and short enough to be kept. */
const longestLine = 32 * 1024 * 1024;

/**
 * The text of a stream, line by line, without the ends of the lines (LF, CR or CRLF). What comes after the last one is
 * yielded too. Who stops reading closes the stream.
 */
export async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string, void> {
  const reader = stream.getReader();
  const splitter = createSplitter();
  const decoder = new TextDecoder();
  try {
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read())
      yield* splitter.take(decoder.decode(chunk.value, { stream: true }));
    yield* splitter.rest();
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function createSplitter() {
  let parts: string[] = [];
  let length = 0;
  let endedInCr = false;

  function finish(last: string): string {
    const line = [...parts, last].join('');
    [parts, length] = [[], 0];
    return line;
  }

  return {
    /** The lines that this text completes. */
    take(text: string): readonly string[] {
      // The LF of a CRLF that came in two pieces ends nothing.
      const rest = endedInCr && text.startsWith('\n') ? text.slice(1) : text;
      if (text !== '') endedInCr = text.endsWith('\r');
      const [first = '', ...more] = rest.split(/\r\n|\r|\n/);
      const last = more.pop();
      const lines = last === undefined ? [] : [finish(first), ...more];
      parts.push(last ?? first);
      length += (last ?? first).length;
      if (length > longestLine) throw new RangeError('A line of the answer is too long.');
      return lines;
    },
    rest: (): readonly string[] => (length === 0 ? [] : [finish('')]),
  };
}
