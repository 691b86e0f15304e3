// Written by `npm run generate` from the description of the API. Change the routes of the server, not this file.
/* oxlint-disable max-lines, max-lines-per-function, max-params */

import type { Options } from '../http/ask.ts';
import type { Send } from '../http/create-send.ts';

export interface KeysState {
  /** The master key that wraps. */
  readonly in_use: string;
  /** The master keys that the process has, newest first. */
  readonly configured: readonly string[];
  /** The one under way, else the last one. */
  readonly rotation: {
    readonly id: string;
    /** `wrapping` data keys by the master key, `sealing` anew under new data keys, and then `done`. */
    readonly stage: 'wrapping' | 'sealing' | 'done';
    /** The name of the master key that is in use from its beginning on. */
    readonly master_key: string;
    /** Master keys that it takes out of use: gone from the database once it is sealing. */
    readonly retired: readonly string[];
    readonly begun_at: string;
    readonly wrapped_at: string | null;
    readonly finished_at: string | null;
    readonly workspaces: {
      readonly all: number;
      readonly done: number;
    };
    /** How many secrets it has sealed anew so far. */
    readonly boxes: number;
    /** How many do not open, and did not before: kept as they are, under the data key they name. */
    readonly unreadable: number;
  } | null;
}

export interface RotateKeysBody {
  /** Make new data keys alone, under the master key in use. */
  readonly keep_master_key?: boolean | undefined;
}

/** The methods under `plugboard.keys`. */
export interface KeysMethods {
  readonly rotation: {
    /**
     * Which master key is in use, and how far rotating the keys is.
     *
     * For the operator of the installation.
     */
    get(options?: Options): Promise<KeysState>;
    /**
     * Puts the newest master key in use, wraps every data key by it, and seals everything anew in the background under new data keys. Everything goes on meanwhile; one rotation at a time.
     *
     * For the operator of the installation.
     */
    rotate(body?: RotateKeysBody, options?: Options): Promise<KeysState>;
  };
}

/** How they are sent. */
export function keysOf(send: Send): KeysMethods {
  return {
    rotation: {
      get: (options) => send.object({ method: 'GET', path: '/api/v1/keys/rotation' }, options),
      rotate: (body, options) =>
        send.object({ method: 'POST', path: '/api/v1/keys/rotation', body: body ?? {}, repeatable: true }, options),
    },
  };
}
