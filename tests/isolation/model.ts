/** Somebody of an app. The same id in another workspace is somebody else. */
export interface EndUser {
  readonly workspace: string;
  /** As the app calls them. */
  readonly externalId: string;
  /** What tokens of theirs have named. */
  readonly named: Set<Connection>;
  isErased: boolean;
}

/** A connection, and the token that the provider is called with over it. */
export interface Connection {
  readonly id: string;
  readonly workspace: string;
  /** null: the workspace's. */
  readonly owner: EndUser | null;
  readonly providerToken: string;
  /** What the provider answers with that token. */
  readonly content: string;
  isLive: boolean;
}

/** A write that waits, or waited, for somebody. */
export interface Waiting {
  readonly id: string;
  readonly connection: Connection;
  /** What it was asked with. */
  readonly asker: TokenHolder | Staff;
  /** What is to be written; it stands nowhere else. */
  readonly text: string;
  /** Whether somebody whose decision counts approved it. */
  isApproved: boolean;
  /** Whether the provider was told of it. */
  isWritten: boolean;
  isDecided: boolean;
}

export interface Link {
  readonly id: string;
  readonly path: string;
  readonly endUser: EndUser;
  /** The call whose page it opens; absent where it is for connecting. */
  readonly waiting?: Waiting;
  isOpened: boolean;
}

export const staffKinds = ['admin', 'app', 'decider', 'agent'] as const;

/** Somebody of a workspace: a person who is signed in, the app's two keys, and the key of an agent. */
export interface Staff {
  readonly kind: (typeof staffKinds)[number];
  readonly workspace: string;
  readonly key: string;
}

/** A token of an end user, made here or signed by the app. */
export interface TokenHolder {
  readonly kind: 'token';
  /** `undefined`: it was signed, and has no record to end. */
  readonly id: string | undefined;
  readonly key: string;
  readonly endUser: EndUser;
  readonly named: ReadonlySet<Connection>;
  /** Who made it, or registered the keys that signed it. */
  readonly maker: Reader;
  isOver: boolean;
}

/** A browser in which a link was opened. */
export interface Page {
  readonly kind: 'page';
  readonly link: Link;
}

/** Where a workspace's webhook leads. */
export interface Receiver {
  readonly kind: 'receiver';
  readonly workspace: string;
}

/** Who is shown something. */
export type Reader = Staff | TokenHolder | Page | Receiver | { readonly kind: 'nobody' };

/** Whose a text is that may turn up in an answer, and what of theirs. */
export type Mark =
  | { readonly of: 'secret' }
  | { readonly of: 'address'; readonly link: Link }
  | { readonly of: 'place' | 'workspace'; readonly workspace: string }
  | { readonly of: 'name' | 'profile' | 'row' | 'credential'; readonly endUser: EndUser }
  | { readonly of: 'connection' | 'identity' | 'label' | 'content'; readonly connection: Connection }
  | { readonly of: 'argument' | 'approval'; readonly waiting: Waiting };

/** Whether somebody may ever be shown this. What is not said here is nobody's to see. */
export function mayRead(reader: Reader, mark: Mark): boolean {
  switch (mark.of) {
    case 'secret':
      return false;
    case 'address':
      return reader.kind === 'page' && reader.link === mark.link;
    case 'place':
      return workspaceOf(reader) === mark.workspace;
    case 'workspace':
      return isStaffOf(reader, mark.workspace) || isTold(reader, mark.workspace);
    case 'profile':
      return !mark.endUser.isErased && mayManage(reader, mark.endUser);
    case 'credential':
      return mayManage(reader, mark.endUser);
    case 'name':
      return isNamedFor(reader, mark.endUser) && (!mark.endUser.isErased || reader.kind === 'receiver');
    case 'row':
      return isNamedFor(reader, mark.endUser);
    case 'identity':
      return mayKnow(reader, mark.connection) && (!isErased(mark.connection.owner) || reader.kind === 'receiver');
    case 'label':
      return mayKnow(reader, mark.connection) && !isErased(mark.connection.owner) && reader.kind !== 'receiver';
    case 'connection':
      return mayKnow(reader, mark.connection) || isOnRecordFor(reader, mark.connection);
    case 'content':
      return mayUse(reader, mark.connection);
    case 'argument':
      return !isErased(askerOf(mark.waiting)) && mayReadCall(reader, mark.waiting);
    case 'approval':
      return mayReadCall(reader, mark.waiting) || isAskedOnRecordFor(reader, mark.waiting);
  }
}

/** Whether calls over a connection are made for this credential. */
export function mayCall(reader: Reader, connection: Connection): boolean {
  return connection.isLive && reader.kind !== 'decider' && mayUse(reader, connection);
}

/** An end user has their own connections and what was named for their token; whoever works for the app those of the workspace. */
function mayUse(reader: Reader, connection: Connection): boolean {
  if (reader.kind !== 'token') return connection.owner === null && isStaffOf(reader, connection.workspace);
  return !reader.isOver && (reader.named.has(connection) || reader.endUser === connection.owner);
}

/** Whether what a connection is called may be shown: to whoever uses or manages it, and to whom a call over it is shown. */
function mayKnow(reader: Reader, connection: Connection): boolean {
  if (mayUse(reader, connection) || isTold(reader, connection.workspace)) return true;
  if (reader.kind === 'page')
    return reader.link.endUser === connection.owner || reader.link.waiting?.connection === connection;
  return (
    manages(reader, connection.workspace) || (connection.owner !== null && isDecider(reader, connection.workspace))
  );
}

/** A call is shown, arguments and all, to whoever may use the connection: of end users only to the one who asked. */
function mayReadCall(reader: Reader, waiting: Waiting): boolean {
  const { connection } = waiting;
  if (reader.kind === 'page') return reader.link.waiting === waiting;
  if (reader.kind === 'token') return reader.endUser === askerOf(waiting) && mayUse(reader, connection);
  return mayUse(reader, connection) || (connection.owner !== null && isDecider(reader, connection.workspace));
}

/** Whether this is a token of theirs that holds. */
export function isThem(reader: Reader, endUser: EndUser): boolean {
  return reader.kind === 'token' && !reader.isOver && reader.endUser === endUser;
}

/** How a decision names an end user: right, wrong, or not at all. */
export const namings = ['right', 'wrong', 'nobody'] as const;
export type NamedAs = (typeof namings)[number];

/** Whether a decision of this credential counts: over an end user's connection the app's key alone, for the right one. Nobody decides for a token they made. */
export function mayDecide(reader: Reader, { connection, asker }: Waiting, named: NamedAs): boolean {
  if (connection.owner !== null) return isDecider(reader, connection.workspace) && named === 'right';
  if (named !== 'nobody' || (asker.kind === 'token' && reader === asker.maker)) return false;
  return (reader.kind === 'admin' || reader.kind === 'decider') && mayUse(reader, connection);
}

/** Whether a decision still makes something of a call: nothing it hangs on was ended. */
export function isOpen({ isDecided, connection, asker }: Waiting): boolean {
  return !isDecided && connection.isLive && !(asker.kind === 'token' && asker.isOver);
}

/** The end user who asked; null: somebody of the workspace. */
export function askerOf({ asker }: Waiting): EndUser | null {
  return asker.kind === 'token' ? asker.endUser : null;
}

/** Whether what belongs to end users is this credential's to see and to end. */
export function manages(reader: Reader, workspace: string): boolean {
  return (reader.kind === 'admin' || reader.kind === 'app') && reader.workspace === workspace;
}

function mayManage(reader: Reader, endUser: EndUser): boolean {
  return isOf(reader, endUser) || manages(reader, endUser.workspace);
}

/** Whether this is the key with which the app of a workspace decides for its end users. */
export function isDecider(reader: Reader, workspace: string): boolean {
  return reader.kind === 'decider' && reader.workspace === workspace;
}

/** Who asked stands beside what was asked for, and in what the webhook is told. */
function isNamedFor(reader: Reader, endUser: EndUser): boolean {
  return isOf(reader, endUser) || isStaffOf(reader, endUser.workspace) || isTold(reader, endUser.workspace);
}

/** Ids stand in the records of the workspace, in what its webhook is told, and among the calls of an end user, by whichever token. */
function isOnRecordFor(reader: Reader, connection: Connection): boolean {
  if (reader.kind === 'token') return connection.owner === reader.endUser || reader.endUser.named.has(connection);
  return manages(reader, connection.workspace) || isTold(reader, connection.workspace);
}

function isAskedOnRecordFor(reader: Reader, waiting: Waiting): boolean {
  return reader.kind === 'token' ? reader.endUser === askerOf(waiting) : isOnRecordFor(reader, waiting.connection);
}

function isTold(reader: Reader, workspace: string): boolean {
  return reader.kind === 'receiver' && reader.workspace === workspace;
}

function isStaffOf(reader: Reader, workspace: string): boolean {
  return reader.kind !== 'receiver' && 'workspace' in reader && reader.workspace === workspace;
}

function isOf(reader: Reader, endUser: EndUser): boolean {
  if (reader.kind === 'page') return reader.link.endUser === endUser;
  return reader.kind === 'token' && reader.endUser === endUser;
}

/** The workspace that a credential, a page or a webhook belongs to. */
export function workspaceOf(reader: Reader): string | undefined {
  if (reader.kind === 'nobody') return undefined;
  if (reader.kind === 'page') return reader.link.endUser.workspace;
  return reader.kind === 'token' ? reader.endUser.workspace : reader.workspace;
}

function isErased(owner: EndUser | null): boolean {
  return owner?.isErased === true;
}
