/** A user and a group of the machine, by number. */
export interface Identity {
  readonly uid: number;
  readonly gid: number;
}

/** How programs are kept away from us, and from one another (S4). */
export type Isolation =
  /** Namespaces of their own, as this user where we are root: they see neither our files nor our processes. */
  | { readonly kind: 'bubblewrap'; readonly file: string; readonly as: Identity | undefined }
  /** Other users, who cannot read our data; one each where there are several, so that they cannot read one another. */
  | { readonly kind: 'users'; readonly users: readonly [Identity, ...Identity[]] }
  /** Neither is possible, and why. */
  | { readonly kind: 'none'; readonly why: string };

/** Whether programs of one workspace are kept away from another's. */
export function keepsApart(isolation: Isolation): boolean {
  if (isolation.kind === 'users') return isolation.users.length > 1;
  return isolation.kind === 'bubblewrap';
}
