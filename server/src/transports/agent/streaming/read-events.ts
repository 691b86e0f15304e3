import { EgressError } from '../../../egress/egress.ts';

/** One event of a stream (HTML standard §9.2). */
export interface ServerSentEvent {
  /** `message` where the stream does not say. */
  readonly event: string;
  readonly data: string;
}

/** Reads the events of a stream as its bytes come. Throws `too_large` for a line, or an event, of more than so many characters. */
export async function* readEvents(
  body: AsyncIterable<Buffer>,
  { maxChars }: { readonly maxChars: number },
): AsyncGenerator<ServerSentEvent> {
  const decoder = new TextDecoder();
  const takeLine = createEventBuilder(maxChars);
  const takeText = createLineSplitter(maxChars);
  for await (const chunk of body) {
    for (const line of takeText(decoder.decode(chunk, { stream: true }))) {
      const event = takeLine(line);
      if (event !== undefined) yield event;
    }
  }
}

/** Lines end with CRLF, LF or CR, wherever the chunks end; a last line without an end is dropped (§9.2.6). */
function createLineSplitter(maxChars: number): (text: string) => readonly string[] {
  let pieces: string[] = [];
  let size = 0;
  let afterCr = false;
  return (text) => {
    const fresh = afterCr && text.startsWith('\n') ? text.slice(1) : text;
    if (text !== '') afterCr = text.endsWith('\r');
    const [first = '', ...others] = fresh.split(/\r\n|\n|\r/);
    pieces.push(first);
    size += first.length;
    if (size > maxChars) throw tooLarge(maxChars);
    const begun = others.pop();
    if (begun === undefined) return [];
    const ended = pieces.join('');
    pieces = [begun];
    size = begun.length;
    return [ended, ...others];
  };
}

function createEventBuilder(maxChars: number): (line: string) => ServerSentEvent | undefined {
  let event = '';
  let data: string[] = [];
  let size = 0;
  const dispatch = (): ServerSentEvent | undefined => {
    const built = data.length === 0 ? undefined : { event: event === '' ? 'message' : event, data: data.join('\n') };
    [event, data, size] = ['', [], 0];
    return built;
  };
  return (line) => {
    if (line === '') return dispatch();
    const [, field, value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (field === 'event') event = value;
    if (field !== 'data') return undefined;
    data.push(value);
    size += value.length + 1;
    if (size > maxChars) throw tooLarge(maxChars);
    return undefined;
  };
}

function tooLarge(maxChars: number): EgressError {
  return new EgressError('too_large', `One event of the answer is larger than ${maxChars} characters.`, { sent: true });
}
