import type { ColumnUpdateNode, OnConflictNode, OperationNode, ValuesItemNode } from 'kysely';
import {
  AliasNode,
  AndNode,
  BinaryOperationNode,
  CastNode,
  ColumnNode,
  DataTypeNode,
  IdentifierNode,
  InsertQueryNode,
  OperatorNode,
  ParensNode,
  PrimitiveValueListNode,
  ReferenceNode,
  SelectionNode,
  SelectQueryNode,
  ValueListNode,
  ValueNode,
  ValuesNode,
  WhereNode,
} from 'kysely';
import { belongsToWorkspace, narrowedTables } from './workspace-conditions.ts';

/** The insert with the workspace in every new row; a conflict with another workspace's row changes nothing of it (S21). */
export function addWorkspaceColumn(node: InsertQueryNode, workspaceId: string): InsertQueryNode {
  if (node.columns?.some((column) => isWorkspaceColumn(column.column.name)) === true) refuseWorkspaceColumn();
  if (node.columns === undefined || node.values === undefined) {
    throw new Error('An insert into a table of workspaces names its columns and gives their values (S21).');
  }
  if (node.replace === true || (node.orAction !== undefined && node.orAction.action !== 'ignore')) {
    throw new Error('Replacing deletes the row in the way, whoever owns it: use on conflict (S21).');
  }
  return InsertQueryNode.cloneWith(node, {
    columns: [...node.columns, ColumnNode.create('workspace_id')],
    values: withWorkspace(node.values, workspaceId),
    ...(node.onConflict !== undefined && { onConflict: narrowConflict(node, node.onConflict, workspaceId) }),
  });
}

/** Throws where an update would move a row to another workspace. */
export function refuseWorkspaceUpdate(updates: readonly ColumnUpdateNode[] | undefined): void {
  for (const { column } of updates ?? []) {
    const name = ReferenceNode.is(column) ? column.column : column;
    if (!ColumnNode.is(name) || isWorkspaceColumn(name.column.name)) refuseWorkspaceColumn();
  }
}

function refuseWorkspaceColumn(): never {
  throw new Error('The workspace of a row is set by storage and never changes: leave workspace_id out (S21).');
}

function isWorkspaceColumn(name: string): boolean {
  return name.toLowerCase() === 'workspace_id';
}

function withWorkspace(values: OperationNode, workspaceId: string): OperationNode {
  if (!ValuesNode.is(values)) return selectWithWorkspace(values, workspaceId);
  return ValuesNode.create(values.values.map((row) => rowWithWorkspace(row, workspaceId)));
}

function rowWithWorkspace(row: ValuesItemNode, workspaceId: string): ValuesItemNode {
  return PrimitiveValueListNode.is(row)
    ? PrimitiveValueListNode.create([...row.values, workspaceId])
    : ValueListNode.create([...row.values, ValueNode.create(workspaceId)]);
}

/** `where 1 = 1`, because SQLite takes `on conflict` after a bare select for a join's `on` (SQLite, UPSERT §2.2). */
function selectWithWorkspace(query: OperationNode, workspaceId: string): OperationNode {
  const workspace = AliasNode.create(
    CastNode.create(ValueNode.create(workspaceId), DataTypeNode.create('text')),
    IdentifierNode.create('workspace_id'),
  );
  const always = BinaryOperationNode.create(
    ValueNode.createImmediate(1),
    OperatorNode.create('='),
    ValueNode.createImmediate(1),
  );
  const rows = SelectQueryNode.createFrom([AliasNode.create(query, IdentifierNode.create('given'))]);
  const selections = [SelectionNode.createSelectAll(), SelectionNode.create(workspace)];
  return SelectQueryNode.cloneWithSelections({ ...rows, where: WhereNode.create(always) }, selections);
}

function narrowConflict(node: InsertQueryNode, conflict: OnConflictNode, workspaceId: string): OnConflictNode {
  if (conflict.updates === undefined || node.into === undefined) return conflict;
  refuseWorkspaceUpdate(conflict.updates);
  const own = belongsToWorkspace(narrowedTables([node.into]), workspaceId);
  if (own === undefined) return conflict;
  const existing = conflict.updateWhere?.where;
  const where = existing === undefined ? own : AndNode.create(ParensNode.create(existing), own);
  return { ...conflict, updateWhere: WhereNode.create(where) };
}
