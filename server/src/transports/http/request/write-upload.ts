import { Readable } from 'node:stream';
import { type FormEntry, writeForm } from '../../../egress/write-form.ts';
import type { FileArgument } from '../../../files/file-argument.ts';
import type { UploadBody } from './build-body.ts';

/** The bytes of a file that is sent along. */
export type ReadBytes = (file: FileArgument) => AsyncIterable<Uint8Array<ArrayBuffer>>;

/** A body as it goes over the wire, and what its headers say of it. */
export interface WrittenUpload {
  /** With the boundary of a multipart body; absent: the headers say it already. */
  readonly type: string | undefined;
  /** Bytes. */
  readonly length: number;
  readonly body: Readable;
}

/** Writes a body that is in files, whose bytes are read while they are sent: where that fails, so does the body. */
export async function writeUpload(upload: UploadBody, read: ReadBytes): Promise<WrittenUpload> {
  if (upload.kind === 'file')
    return { type: undefined, length: upload.file.size, body: Readable.from(read(upload.file), { objectMode: false }) };
  const entries = upload.parts.map((part): FormEntry => {
    if ('text' in part) return part;
    const { name: filename, media_type: type, size } = part.file;
    return { name: part.name, file: { filename, type, size, bytes: () => read(part.file) } };
  });
  return writeForm(entries);
}
