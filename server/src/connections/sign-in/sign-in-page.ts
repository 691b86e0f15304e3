import type { Identity } from '../../access/access.ts';
import type { Caller } from '../../access/caller.ts';

/** Who is signed in in the browser that asks, or whose link it opened: by a cookie of its own, never by a key. */
export type Person = Identity | Guest;

/** The end user of an app whose link a browser opened. */
export interface Guest {
  readonly via: 'connect_link';
  readonly userId: string;
  readonly caller: Caller;
}

/** What of a connection the pages of its sign-in say. */
export interface SignInFacts {
  readonly connectionId: string;
  readonly connector: { readonly id: string; readonly name: string };
  readonly label: string;
  /** The name of the workspace it belongs to. */
  readonly workspace: string;
}

/** The page that asks before anybody is sent to the provider (S8). */
export interface AskFacts extends SignInFacts {
  /** The page's own, for the form that it posts to `/connect/<token>`. */
  readonly token: string;
  /** The e-mail address of whoever is signed in. */
  readonly person: string;
  /** Who asked for the connection: `You`, or what the key is called that did. */
  readonly askedBy: string;
  /** What will be asked of the provider; empty: what the provider gives by itself. */
  readonly scopes: readonly string[];
  /** The origin the form leads on to; null where it is found out on the way. */
  readonly leadsTo: string | null;
}

/** The page that shows whose account came back, before it counts. Its form is posted to `/connect/<token>/confirm`. */
export interface ConfirmFacts extends SignInFacts {
  readonly token: string;
  readonly person: string;
  /** Whose account it is, where the provider tells. */
  readonly identity: string | null;
  /** Whose it was until now, where that is somebody else. */
  readonly before: string | null;
  /** What was granted, where anybody said. */
  readonly scopes: readonly string[];
}

/** The page at the end. */
export interface ClosingFacts extends SignInFacts {
  readonly identity: string | null;
}

/** Why it went no further, in a sentence of ours that repeats no markup and no secret. */
export interface RefusalFacts {
  readonly message: string;
  /** What is known of the connection; absent where nobody may be told. */
  readonly about?: SignInFacts;
  /** Whether it was the sign-in of an end user. */
  readonly isGuests?: boolean;
}

/** What a browser is shown of a sign-in, wherever it comes by. */
export type SignInPage =
  | { readonly page: 'ask'; readonly facts: AskFacts }
  | { readonly page: 'confirm'; readonly facts: ConfirmFacts }
  | { readonly page: 'closing'; readonly facts: ClosingFacts }
  | { readonly page: 'refusal'; readonly facts: RefusalFacts }
  /** Nobody is signed in: they sign in, and come back to this path of ours. */
  | { readonly page: 'sign_in'; readonly to: string }
  /** Onwards (303): to `/connect/<token>`, or to an address of the provider. */
  | { readonly page: 'go'; readonly to: string };

/** A browser at one of these pages. */
export interface Visit {
  readonly person: Person | undefined;
  /** The end user whose link it opened, where it may be either. */
  readonly guest?: Guest | undefined;
  /** Aborted when it leaves. */
  readonly signal: AbortSignal;
}
