import type { OperationNode, RawNode } from 'kysely';
import {
  AliasNode,
  AndNode,
  BinaryOperationNode,
  ColumnNode,
  IdentifierNode,
  ListNode,
  OperatorNode,
  ReferenceNode,
  SchemableIdentifierNode,
  SelectionNode,
  SelectQueryNode,
  TableNode,
  ValueNode,
  WhereNode,
} from 'kysely';
import { crewTables, workspaceTables } from './workspace-tables.ts';

/** A table of workspaces in a query, and the name it goes by there: its alias, where it has one. */
export interface NarrowedTable {
  readonly table: string;
  readonly name: string;
}

/** The tables of workspaces among these. */
export function narrowedTables(nodes: readonly OperationNode[]): readonly NarrowedTable[] {
  return nodes.flatMap((node) => (ListNode.is(node) ? narrowedTables(node.items) : (narrowedTable(node) ?? [])));
}

/** The condition that all of these tables' rows are of the workspace; `undefined` where there is no such table. */
export function belongsToWorkspace(tables: readonly NarrowedTable[], workspaceId: string): OperationNode | undefined {
  const conditions = tables.map((table) => rowsOf(table, workspaceId));
  return conditions.length === 0 ? undefined : conditions.reduce((all, one) => AndNode.create(all, one));
}

/** Whether a piece of raw SQL names a table of workspaces, in its text or as an identifier. */
export function readsWorkspaceTable(node: RawNode): boolean {
  const words = node.sqlFragments.flatMap((fragment) => fragment.toLowerCase().match(/\w+/g) ?? []);
  return words.some(isNarrowed) || node.parameters.some(isWorkspaceTable);
}

function rowsOf({ table, name }: NarrowedTable, workspaceId: string): OperationNode {
  if (!crewTables.has(table)) return equals(name, workspaceId);
  const crews = SelectQueryNode.createFrom([TableNode.create('crews')]);
  const own = { ...crews, where: WhereNode.create(equals('crews', workspaceId)) };
  const ids = SelectQueryNode.cloneWithSelections(own, [SelectionNode.create(column('crews', 'id'))]);
  return BinaryOperationNode.create(column(name, 'crew_id'), OperatorNode.create('in'), ids);
}

function equals(name: string, workspaceId: string): OperationNode {
  return BinaryOperationNode.create(
    column(name, 'workspace_id'),
    OperatorNode.create('='),
    ValueNode.create(workspaceId),
  );
}

function column(table: string, name: string): ReferenceNode {
  return ReferenceNode.create(ColumnNode.create(name), TableNode.create(table));
}

function narrowedTable(node: OperationNode): NarrowedTable | undefined {
  if (TableNode.is(node)) return named(node, node.table.identifier.name);
  if (!AliasNode.is(node) || !TableNode.is(node.node)) return undefined;
  if (IdentifierNode.is(node.alias)) return named(node.node, node.alias.name);
  if (!isWorkspaceTable(node.node)) return undefined;
  throw new Error('A table of workspaces needs a plain alias, so that its rows can be narrowed (S21).');
}

function named(node: TableNode, name: string): NarrowedTable | undefined {
  const table = node.table.identifier.name.toLowerCase();
  return isWorkspaceTable(node) ? { table, name } : undefined;
}

function isWorkspaceTable(node: OperationNode): boolean {
  if (TableNode.is(node)) return isWorkspaceTable(node.table);
  if (SchemableIdentifierNode.is(node)) return isWorkspaceTable(node.identifier);
  return IdentifierNode.is(node) && isNarrowed(node.name.toLowerCase());
}

function isNarrowed(table: string): boolean {
  return workspaceTables.has(table) || crewTables.has(table);
}
