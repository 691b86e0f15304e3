import { DatabaseSync } from 'node:sqlite';

/** A delivery that was checked and kept. */
export interface Delivery {
  /** The `webhook-id`: the same however often it is sent. */
  readonly id: string;
  readonly type: string;
  /** The body, to the letter. */
  readonly body: string;
}

/** What arrived, each once, and whether it was dealt with. It survives the process. */
export interface Inbox {
  /** Keeps a delivery; it is on disk when this returns. False for one that is there already. */
  keep(delivery: Delivery): boolean;
  /** The oldest that nobody has dealt with. */
  next(): Delivery | undefined;
  settle(id: string): void;
}

// #region inbox
/** Opens the inbox in this file. What was dealt with is forgotten after 40 days: nothing is sent again that late. */
export function openInbox(file: string): Inbox {
  const database = new DatabaseSync(file);
  database.exec(`
    CREATE TABLE IF NOT EXISTS inbox (
      id TEXT PRIMARY KEY,
      type TEXT NOT NULL,
      body TEXT NOT NULL,
      kept_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
      settled INTEGER NOT NULL DEFAULT 0
    );
    DELETE FROM inbox WHERE settled AND kept_at < datetime('now', '-40 days');
  `);
  const insert = database.prepare('INSERT INTO inbox (id, type, body) VALUES (?, ?, ?) ON CONFLICT DO NOTHING');
  const oldest = database.prepare('SELECT id, type, body FROM inbox WHERE NOT settled ORDER BY rowid LIMIT 1');
  const update = database.prepare('UPDATE inbox SET settled = 1 WHERE id = ?');
  return {
    keep: ({ id, type, body }) => insert.run(id, type, body).changes === 1,
    next() {
      const row = oldest.get();
      return row && { id: String(row['id']), type: String(row['type']), body: String(row['body']) };
    },
    settle: (id) => void update.run(id),
  };
}
// #endregion
