import type { Caller } from './caller.ts';
import type { VerifySigned } from './end-users/signed/verify-signed.ts';

/** The parts of a request that say who is asking. */
export interface Credentials {
  readonly authorization: string | undefined;
  readonly apiKey: string | undefined;
  readonly cookie: string | undefined;
}

/** A credential that was verified, before it is known which workspace it asks for. */
export interface Identity {
  readonly via: Exclude<Caller['via'], 'connect_link'>;
  readonly principal: string;
  readonly userId: string;
  /** True where the browser sent the credential by itself (a cookie): unsafe requests then need the exact Origin (S7). */
  readonly ambient: boolean;
}

/** Which workspace a request asks for, as it was written: id or slug. */
export interface WorkspaceWish {
  readonly named: string | undefined;
}

/** Who is calling us. */
export interface Access {
  /** The identity behind the credentials, or `undefined` where there is none or it does not hold. */
  identify(credentials: Credentials): Promise<Identity | undefined>;
  /**
   * The caller in the workspace asked for (RULINGS, Everywhere 6): the key's own, else the named one, else the only one.
   * Throws BAD_REQUEST where it must be named, FORBIDDEN where it was named and the person is no member.
   */
  enter(identity: Identity, wish: WorkspaceWish): Promise<Caller>;
  /**
   * The caller behind a principal that asked for something earlier, with what it may do now; `undefined` where the key was
   * revoked, the session ended, the person left the workspace, or the end user was erased.
   */
  revive(principal: string, workspaceId: string): Promise<Caller | undefined>;
  /** What an app says of an end user of its own, signed with a key that its workspace registered. */
  readonly verifySigned: VerifySigned;
}
