// Written by `npm run generate` from the description of the API. Change the routes of the server, not this file.
/* oxlint-disable max-lines, max-lines-per-function, max-params */

import { at, type Bytes, type Options } from '../http/ask.ts';
import type { Send } from '../http/create-send.ts';

export interface File {
  readonly id: string;
  readonly name: string;
  /** As it was given: a claim of whoever sent it. */
  readonly media_type: string;
  /** Bytes. */
  readonly size: number;
  /** Of its bytes, in hex. */
  readonly sha256: string;
  readonly created_at: string;
  /** When it is deleted. */
  readonly expires_at: string;
}

export interface UploadFileQuery {
  /** What the file is called. */
  readonly name: string;
  /** Seconds until it is deleted. */
  readonly expires_in?: number | undefined;
}

/** The methods under `plugboard.files`. */
export interface FilesMethods {
  /**
   * Keeps the body as a file for later calls: at most 50 MiB, for a day unless told otherwise.
   *
   * Needs the role MEMBER or above and the scope `tools:call`.
   */
  upload(bytes: Bytes, options?: Options & { readonly query?: UploadFileQuery }): Promise<File>;
  /**
   * What a file is, without its bytes.
   *
   * Needs the role MEMBER or above and the scope `tools:call`.
   */
  get(id: string, options?: Options): Promise<File>;
  /**
   * Deletes a file with its bytes.
   *
   * Needs the role MEMBER or above and the scope `tools:call`.
   */
  delete(id: string, options?: Options): Promise<void>;
  readonly content: {
    /**
     * The bytes of a file, as an attachment. Not for cookies.
     *
     * Needs the role MEMBER or above and the scope `tools:call`.
     */
    download(id: string, options?: Options): Promise<Response>;
  };
}

/** How they are sent. */
export function filesOf(send: Send): FilesMethods {
  return {
    upload: (bytes, options) =>
      send.object({ method: 'POST', path: '/api/v1/files', query: options?.query, bytes }, options),
    get: (id, options) => send.object({ method: 'GET', path: at`/api/v1/files/${id}` }, options),
    delete: (id, options) => send.nothing({ method: 'DELETE', path: at`/api/v1/files/${id}` }, options),
    content: {
      download: (id, options) => send.bytes({ method: 'GET', path: at`/api/v1/files/${id}/content` }, options),
    },
  };
}
