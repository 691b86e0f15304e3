import type { DatabaseSync } from 'node:sqlite';
import { CommitGroup } from './commit-group.ts';
import { Turns } from './turns.ts';

/** How far a group may grow, and how long anybody waits for a turn. */
export interface GroupLimits {
  readonly members: number;
  /** Milliseconds. */
  readonly ms: number;
  readonly patienceMs: number;
}

const usualLimits: GroupLimits = { members: 64, ms: 2, patienceMs: 15_000 };

/** The turns at the connection that writes. Transactions commit in groups: at 64, after 2 ms, or when nobody waits (R4). */
export class CommitQueue {
  readonly #database: DatabaseSync;
  readonly #limits: GroupLimits;
  readonly #turns: Turns;
  #group: CommitGroup | undefined;

  constructor(database: DatabaseSync, limits: GroupLimits = usualLimits) {
    this.#database = database;
    this.#limits = limits;
    this.#turns = new Turns(limits.patienceMs, (next) => this.#beforeTurn(next));
  }

  /** Waits for the turn and opens a transaction; nobody else runs until it is kept or undone. */
  async begin(): Promise<Member> {
    await this.#turns.take('member');
    try {
      this.#group ??= new CommitGroup(this.#database);
      this.#group.startMember();
      return new Member(this.#group, () => this.#turns.pass());
    } catch (error) {
      this.#turns.pass();
      throw error;
    }
  }

  /** Waits for the turn and runs a statement by itself, in nobody's group. */
  async alone<T>(work: () => T): Promise<T> {
    await this.#turns.take('alone');
    try {
      return work();
    } finally {
      this.#turns.pass();
    }
  }

  /** Waits for everything asked for so far; what is asked for later is refused. */
  close(): Promise<void> {
    return this.#turns.close();
  }

  #beforeTurn(next: 'member' | 'alone' | undefined): void {
    if (this.#group === undefined) return;
    if (next === undefined) setImmediate(() => this.#settleWhenIdle());
    if (next === 'alone' || this.#group.isFull(this.#limits.members, this.#limits.ms)) this.#settle();
  }

  /** After the events of this round of the loop: requests that arrived together commit together. */
  #settleWhenIdle(): void {
    if (!this.#turns.taken) this.#settle();
  }

  #settle(): void {
    const group = this.#group;
    this.#group = undefined;
    group?.settle();
  }
}

/** One open transaction of a group. */
export class Member {
  readonly #group: CommitGroup;
  readonly #passTurn: () => void;
  #open = true;

  constructor(group: CommitGroup, passTurn: () => void) {
    this.#group = group;
    this.#passTurn = passTurn;
  }

  /** Throws where the group was lost while this transaction was open. */
  check(): void {
    this.#group.check();
  }

  /** Resolves when the transaction is on disk. */
  commit(): Promise<void> {
    const onDisk = this.#group.keepMember();
    this.#end();
    return onDisk;
  }

  /** Undoes this transaction alone; does nothing to one that has ended. */
  rollback(): void {
    if (!this.#open) return;
    try {
      this.#group.undoMember();
    } finally {
      this.#end();
    }
  }

  #end(): void {
    this.#open = false;
    this.#passTurn();
  }
}
