import type { ColumnType } from 'kysely';

/** Every table by name. A room adds its own by `declare module '../storage/schema.ts' { interface Tables { … } }`. */
export interface Tables {}

/** The column that ties a row to its workspace: read as text, written by storage alone (S21). */
export type WorkspaceColumn = ColumnType<string, undefined, never>;

/** A column set at insertion and never changed. */
export type Fixed<T> = ColumnType<T, T, never>;

/** A truth value as both engines store it. */
export type Flag = 0 | 1;

/** A column set at insertion and changed by erasing somebody alone, who gets a pseudonym there. */
export type Erasable<T> = ColumnType<T, T, T>;
