import { Readable } from 'node:stream';
import { FormData, Response } from 'undici';

type Bytes = Uint8Array<ArrayBuffer>;

/** A file of a form, whose bytes are read while they are sent. */
export interface FormFile {
  readonly filename: string;
  readonly type: string;
  /** Bytes: exactly so many must come. */
  readonly size: number;
  readonly bytes: () => AsyncIterable<Bytes>;
}

/** One part of a form. */
export type FormEntry =
  | { readonly name: string; readonly text: string }
  | { readonly name: string; readonly file: FormFile };

/** A form as it goes over the wire. */
export interface WrittenForm {
  /** Media type with the boundary. */
  readonly type: string;
  /** Bytes. */
  readonly length: number;
  /** Fails where the bytes of a file do. */
  readonly body: Readable;
}

/**
 * Writes a form as `multipart/form-data` (RFC 7578), as fast as it is read. The encoder of Node itself reads all files at once
 * and takes a failure of one for a failure of the process; that of the package does neither.
 */
export async function writeForm(entries: readonly FormEntry[]): Promise<WrittenForm> {
  const length = await lengthOf(entries);
  const { headers, body } = new Response(formOf(entries, (file) => new StreamedFile(file)));
  const type = headers.get('content-type');
  if (body === null || type === null) throw new Error('A form was encoded without a body.');
  return { type, length, body: Readable.from(body, { objectMode: false }) };
}

/** Boundaries differ, but not in length: the same form with empty files, and the files. */
async function lengthOf(entries: readonly FormEntry[]): Promise<number> {
  const empty = ({ filename, type }: FormFile): File => new File([], filename, { type });
  const frame = await new Response(formOf(entries, empty)).arrayBuffer();
  return entries.reduce((sum, entry) => sum + ('file' in entry ? entry.file.size : 0), frame.byteLength);
}

function formOf(entries: readonly FormEntry[], open: (file: FormFile) => File): FormData {
  const form = new FormData();
  for (const entry of entries) form.append(entry.name, 'file' in entry ? open(entry.file) : entry.text);
  return form;
}

/** A file whose bytes are read when they are asked for, not when it is made. */
class StreamedFile extends File {
  override readonly size: number;
  readonly #bytes: FormFile['bytes'];

  constructor({ filename, type, size, bytes }: FormFile) {
    super([], filename, { type });
    this.size = size;
    this.#bytes = bytes;
  }

  override stream(): ReadableStream<Bytes> {
    return ReadableStream.from(this.#bytes());
  }
}
