import { linesOf } from './lines-of.ts';
import { parseJson } from './read-answer.ts';

/** One server-sent event. */
export interface ServerEvent {
  /** `message` where the server names none. */
  readonly event: string;
  /** Parsed where it is JSON, else the text. */
  readonly data: unknown;
  readonly id: string | undefined;
}

/** The events of a stream (HTML standard §9.2.6). One that is cut off is dropped; who stops reading closes the stream. */
export async function* eventsOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent, void> {
  let fields: (readonly [name: string, value: string])[] = [];
  for await (const line of linesOf(stream)) {
    if (line !== '') {
      fields.push(readField(line));
      continue;
    }
    const event = assemble(fields);
    fields = [];
    if (event !== undefined) yield event;
  }
}

function readField(line: string): readonly [name: string, value: string] {
  const [, name = '', value = ''] = /^([^:]*):? ?(.*)$/s.exec(line) ?? [];
  return [name, value];
}

function assemble(fields: readonly (readonly [name: string, value: string])[]): ServerEvent | undefined {
  const data = fields.filter(([name]) => name === 'data').map(([, value]) => value);
  if (data.length === 0) return undefined;
  const last = (wanted: string): string | undefined => fields.findLast(([name]) => name === wanted)?.[1];
  const text = data.join('\n');
  return { event: last('event') ?? 'message', data: parseJson(text) ?? text, id: last('id') };
}
