import { newId } from '../../server/src/lib/ids.ts';
import { Secret } from '../../server/src/lib/secret.ts';
import type { Storage } from '../../server/src/storage/storage.ts';
import type { SecretKind, Slot, Vault } from '../../server/src/vault/vault.ts';
import { addConnectionRow } from './add-connection-row.ts';
import { loose } from './loose-database.ts';

/** A row of a table with a box in it. */
export interface SealedTestRow {
  /** `grants.box` */
  readonly name: string;
  readonly kind: SecretKind;
  readonly slot: Slot;
  readonly text: string;
  /** The box as it is now. */
  box(): Promise<string>;
}

type Values = Readonly<Record<string, string | number | null>>;

interface Made {
  readonly table: string;
  readonly column: string;
  /** What names the row beside its workspace. */
  readonly names: Values;
  readonly rest: Values;
  readonly slot: Omit<Slot, 'workspaceId'>;
}

const at = '2026-01-01T00:00:00.000Z';

/** Puts a box into every column that holds boxes, each in the slot that its room seals it for. */
export async function addSealedRows(
  { storage, vault }: { readonly storage: Storage; readonly vault: Vault },
  workspaceId: string,
): Promise<readonly SealedTestRow[]> {
  const connection = await addConnectionRow(storage, workspaceId);
  const revocation = newId();
  const db = loose(storage.writer);
  const by = { principal: 'key:1', user_id: 'nobody' };
  await db
    .insertInto('revocations')
    .values({ workspace_id: workspaceId, id: revocation, ...by, created_at: at })
    .execute();
  const webhook = newId();
  const hook = {
    url: 'https://app.example.com',
    events: '[]',
    loopback: 0,
    enabled: 1,
    created_at: at,
    updated_at: at,
  };
  await db
    .insertInto('webhooks')
    .values({ workspace_id: workspaceId, id: webhook, ...hook })
    .execute();
  const rows: SealedTestRow[] = [];
  for (const made of [...tables(connection, revocation), webhookSecret(webhook)]) {
    const { table, column, names, rest, slot: place } = made;
    const slot = { ...place, workspaceId };
    const text = `secret of ${table}.${column} ${newId()}`;
    const values = { workspace_id: workspaceId, ...names, ...rest, [column]: await vault.seal(slot, new Secret(text)) };
    await db.insertInto(table).values(values).execute();
    const box = async (): Promise<string> => {
      const row = db.selectFrom(table).select(column).where('workspace_id', '=', workspaceId);
      const named = Object.entries(names).reduce((query, [name, value]) => query.where(name, '=', value), row);
      return String((await named.executeTakeFirstOrThrow())[column]);
    };
    rows.push({ name: `${table}.${column}`, kind: slot.kind, slot, text, box });
  }
  return rows;
}

function tables(connection: string, revocation: string): readonly Made[] {
  const own = { connection_id: connection };
  return [
    {
      table: 'connection_secrets',
      column: 'box',
      names: { ...own, field: 'token' },
      rest: { generation: 3 },
      slot: { kind: 'credential', record: connection, field: 'token', generation: 3 },
    },
    {
      table: 'grants',
      column: 'box',
      names: own,
      rest: { version: 7, obtained_at: at },
      slot: { kind: 'credential', record: connection, field: 'grant', generation: 7 },
    },
    {
      table: 'revocation_receipts',
      column: 'box',
      names: own,
      rest: {
        revocation_id: revocation,
        outcome: 'waiting',
        generation: 2,
        next_at: 8_640_000_000_000_000,
        cut_off_at: at,
      },
      slot: { kind: 'credential', record: connection, field: 'revocation', generation: 2 },
    },
    ...oauthTables(connection),
    ...callTables(connection),
  ];
}

function webhookSecret(webhook: string): Made {
  const id = newId();
  return {
    table: 'webhook_secrets',
    column: 'box',
    names: { id },
    rest: { webhook_id: webhook, created_at: at },
    slot: { kind: 'webhook_secret', record: id, field: 'secret', generation: 1 },
  };
}

function oauthTables(connection: string): readonly Made[] {
  const [handshake, registration] = [newId(), newId()];
  return [
    {
      table: 'oauth_apps',
      column: 'box',
      names: { connector_id: 'github' },
      rest: { client_id: 'ours', generation: 5, created_at: at, updated_at: at },
      slot: { kind: 'oauth_app', record: 'github', field: 'client_secret', generation: 5 },
    },
    {
      table: 'oauth_registrations',
      column: 'box',
      names: { id: registration },
      rest: { issuer: 'https://issuer.example', redirect_uri: 'https://us.example', client_id: 'us', created_at: at },
      slot: { kind: 'registration', record: registration, field: 'client', generation: 1 },
    },
    {
      table: 'handshakes',
      column: 'box',
      names: { id: handshake },
      rest: {
        connection_id: connection,
        user_id: 'nobody',
        principal: 'key:1',
        kind: 'code',
        binding: 'person',
        status: 'waiting',
        generation: 4,
        expires_at: '2100-01-01T00:00:00.000Z',
        created_at: at,
      },
      slot: { kind: 'verifier', record: handshake, field: 'handshake', generation: 4 },
    },
  ];
}

function callTables(connection: string): readonly Made[] {
  const file = newId();
  const asked = { principal: 'key:1', user_id: 'nobody', created_at: at, expires_at: '2100-01-01T00:00:00.000Z' };
  const answer = { principal: 'key:1', route: 'POST /api/v1/crews', key_hash: 'h' };
  return [
    ...(['approval_arguments', 'approval_result'] as const).map((kind) => approval(connection, kind, asked)),
    {
      table: 'idempotent_answers',
      column: 'answer_box',
      names: answer,
      rest: { body_hash: 'b', owner: 'o', held_until: at, created_at: '2100-01-01T00:00:00.000Z', answered_at: at },
      slot: { kind: 'idempotent_answer', record: JSON.stringify(Object.values(answer)), field: 'b', generation: 1 },
    },
    {
      table: 'files',
      column: 'key_box',
      names: { id: file },
      rest: { ...asked, state: 'kept', name: 'a.csv', media_type: 'text/csv', size: 1, sha256: 'a'.repeat(64) },
      slot: { kind: 'file_key', record: file, field: 'a'.repeat(64), generation: 1 },
    },
  ];
}

function approval(connection: string, kind: 'approval_arguments' | 'approval_result', asked: Values): Made {
  const id = newId();
  const isResult = kind === 'approval_result';
  return {
    table: 'approvals',
    column: isResult ? 'result_box' : 'arguments_box',
    names: { id },
    rest: {
      ...asked,
      ...(isResult ? { arguments_box: 'none' } : {}),
      digest: id,
      lineage: 'l',
      door: 'rest',
      connection_id: connection,
      connection_generation: 1,
      connector_id: 'gitlab',
      tool: 'create_issue',
      tool_digest: 'd',
      policy_version: 1,
      target: 't',
      summary: '{}',
      status: 'done',
      updated_at: asked['created_at'] ?? '',
    },
    slot: { kind, record: id, field: kind, generation: 1 },
  };
}
