import type { ConnectorId } from './provider.ts';

/** Somebody of an app. The same id in another workspace is somebody else. */
export interface EndUser {
  readonly workspace: string;
  /** As the app calls them. */
  readonly externalId: string;
  /** What tokens of theirs have named. */
  readonly named: Set<Account>;
  isErased: boolean;
}

/** A member of one workspace, with nothing to say there. */
export interface Member {
  readonly workspace: string;
}

/** A connection, and the token that the provider is called with over it. */
export interface Account {
  readonly id: string;
  readonly workspace: string;
  readonly connector: ConnectorId;
  /** null: the workspace's. */
  readonly owner: EndUser | Member | null;
  readonly providerToken: string;
  /** What the provider answers with that token. */
  readonly content: string;
  isLive: boolean;
}

/** A write that waits, or waited, for somebody. */
export interface Waiting {
  readonly id: string;
  readonly account: Account;
  /** The end user, or the member whose agent asked. */
  readonly asker: EndUser | Member;
  /** What it was asked with, where that was an end user's. */
  readonly token: TokenHolder | undefined;
  isDecided: boolean;
}

export interface Link {
  readonly id: string;
  readonly path: string;
  readonly endUser: EndUser;
  readonly connectors: ReadonlySet<ConnectorId> | undefined;
  /** The call whose page it opens; absent where it is for connecting. */
  readonly waiting?: Waiting;
  isOpened: boolean;
}

export const staffKinds = ['admin', 'app', 'decider', 'member', 'agent'] as const;

/** Somebody of a workspace: two people in person, the app's two keys, and the key of the member's agent. */
export interface Staff {
  readonly kind: (typeof staffKinds)[number];
  readonly workspace: string;
  readonly key: string;
  /** The person behind it. */
  readonly person: Member;
}

/** A token of an end user, made here or signed by the app. */
export interface TokenHolder {
  readonly kind: 'token';
  readonly id: string;
  readonly key: string;
  readonly endUser: EndUser;
  readonly connectors: ReadonlySet<ConnectorId> | undefined;
  readonly named: ReadonlySet<Account>;
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

export type Reader = Staff | TokenHolder | Page | Receiver | { readonly kind: 'nobody' };

/** Whose a text is that may turn up in an answer, and what of theirs. */
export type Mark =
  | { readonly of: 'secret' }
  | { readonly of: 'address'; readonly link: Link }
  | { readonly of: 'place' | 'workspace'; readonly workspace: string }
  | { readonly of: 'name' | 'profile' | 'row' | 'credential'; readonly endUser: EndUser }
  | { readonly of: 'account' | 'account id' | 'label' | 'content'; readonly account: Account }
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
      return !mark.endUser.isErased && (isOf(reader, mark.endUser) || manages(reader, mark.endUser.workspace));
    case 'credential':
      return isOf(reader, mark.endUser) || manages(reader, mark.endUser.workspace);
    case 'name':
      return isNamedFor(reader, mark.endUser) && (!mark.endUser.isErased || reader.kind === 'receiver');
    case 'row':
      return isNamedFor(reader, mark.endUser);
    case 'account':
      return mayKnow(reader, mark.account) && (!isErased(mark.account.owner) || reader.kind === 'receiver');
    case 'label':
      return mayKnow(reader, mark.account) && !isErased(mark.account.owner) && reader.kind !== 'receiver';
    case 'account id':
      return mayKnow(reader, mark.account) || isOnRecordFor(reader, mark.account);
    case 'content':
      return mayUse(reader, mark.account);
    case 'argument':
      return !isErased(mark.waiting.asker) && mayReadCall(reader, mark.waiting);
    case 'approval':
      return mayReadCall(reader, mark.waiting) || isAskedOnRecordFor(reader, mark.waiting);
  }
}

/** Whether calls over an account are made for this credential. */
export function mayCall(reader: Reader, account: Account): boolean {
  return account.isLive && reader.kind !== 'decider' && reader.kind !== 'page' && mayUse(reader, account);
}

/** An end user has their own accounts and what was named for their token; a member theirs and the workspace's. */
function mayUse(reader: Reader, account: Account): boolean {
  if (reader.kind === 'nobody' || reader.kind === 'receiver' || reader.kind === 'page') return false;
  if (reader.kind !== 'token')
    return reader.workspace === account.workspace && [null, reader.person].some((owner) => owner === account.owner);
  if (account.owner === null) return !reader.isOver && reader.named.has(account);
  return !reader.isOver && isTheirs(reader, account);
}

function isTheirs({ endUser, connectors }: Pick<TokenHolder, 'endUser' | 'connectors'>, account: Account): boolean {
  return account.owner === endUser && connectors?.has(account.connector) !== false;
}

/** Whether what an account is called may be shown: to whoever uses or manages it, and to whom a call over it is shown. */
function mayKnow(reader: Reader, account: Account): boolean {
  if (mayUse(reader, account)) return true;
  if (reader.kind === 'page') return isTheirs(reader.link, account) || reader.link.waiting?.account === account;
  const isShared = account.owner === null || isEndUser(account.owner);
  if (reader.kind === 'receiver') return isShared && reader.workspace === account.workspace;
  // What a member connects is on record, too, for whoever reads the records.
  return manages(reader, account.workspace) || (isEndUser(account.owner) && isDecider(reader, account.workspace));
}

/** A call is shown, arguments and all, to whoever may use the account: of end users only to the one who asked. */
function mayReadCall(reader: Reader, { account, asker, ...waiting }: Waiting): boolean {
  if (reader.kind === 'page') return reader.link.waiting?.id === waiting.id;
  if (reader.kind === 'token') return reader.endUser === asker && mayUse(reader, account);
  return mayUse(reader, account) || (isEndUser(account.owner) && isDecider(reader, account.workspace));
}

/** How the app's key for deciding names the end user: right, wrong, or not at all. */
export type NamedAs = 'right' | 'wrong' | 'nobody';

/** Whether a decision of this credential counts: over an end user's account the app's key alone, for the right one. Nobody decides for a token they made. */
export function mayDecide(reader: Reader, { account, asker, token }: Waiting, named: NamedAs): boolean {
  if (isEndUser(account.owner)) return isDecider(reader, account.workspace) && named === 'right';
  if (named !== 'nobody' || reader === token?.maker || !mayUse(reader, account)) return false;
  if (reader.kind === 'admin' || reader.kind === 'member') return true;
  return reader.kind === 'decider' && (isEndUser(asker) || account.owner === null);
}

/** Whether a decision still makes something of a call: nothing it hangs on was ended. */
export function isOpen({ isDecided, account, asker, token }: Waiting): boolean {
  return !isDecided && account.isLive && !isErased(asker) && token?.isOver !== true;
}

/** Whether what belongs to end users is this credential's to see and to end. */
export function manages(reader: Reader, workspace: string): boolean {
  return (reader.kind === 'admin' || reader.kind === 'app') && reader.workspace === workspace;
}

export function isDecider(reader: Reader, workspace: string): boolean {
  return reader.kind === 'decider' && reader.workspace === workspace;
}

export function isEndUser(owner: Account['owner']): owner is EndUser {
  return owner !== null && 'externalId' in owner;
}

/** Who asked stands beside what was asked for, and in what the webhook is told. */
function isNamedFor(reader: Reader, endUser: EndUser): boolean {
  return isOf(reader, endUser) || isStaffOf(reader, endUser.workspace) || isTold(reader, endUser.workspace);
}

/** Ids stand in the records of the workspace, in what its webhook is told, and among the calls of an end user, by whichever token. */
function isOnRecordFor(reader: Reader, account: Account): boolean {
  if (reader.kind === 'token') return account.owner === reader.endUser || reader.endUser.named.has(account);
  return manages(reader, account.workspace) || isTold(reader, account.workspace);
}

function isAskedOnRecordFor(reader: Reader, { asker, account }: Waiting): boolean {
  return reader.kind === 'token' ? reader.endUser === asker : isOnRecordFor(reader, account);
}

function isTold(reader: Reader, workspace: string): boolean {
  return reader.kind === 'receiver' && reader.workspace === workspace;
}

function isStaffOf(reader: Reader, workspace: string): boolean {
  return 'person' in reader && reader.workspace === workspace;
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

function isErased(owner: Account['owner']): boolean {
  return isEndUser(owner) && owner.isErased;
}
