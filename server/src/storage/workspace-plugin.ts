import type {
  DeleteQueryNode,
  InsertQueryNode,
  JoinNode,
  KyselyPlugin,
  MergeQueryNode,
  OperationNode,
  PluginTransformQueryArgs,
  PluginTransformResultArgs,
  QueryResult,
  RawNode,
  RootOperationNode,
  SelectQueryNode,
  UnknownRow,
  UpdateQueryNode,
} from 'kysely';
import { AndNode, OnNode, OperationNodeTransformer, ParensNode, WhereNode } from 'kysely';
import { addWorkspaceColumn, refuseWorkspaceUpdate } from './narrowing/workspace-column.ts';
import { belongsToWorkspace, narrowedTables, readsWorkspaceTable } from './narrowing/workspace-conditions.ts';
import { workspaceTables } from './narrowing/workspace-tables.ts';

const queries: ReadonlySet<string> = new Set([
  'SelectQueryNode',
  'InsertQueryNode',
  'UpdateQueryNode',
  'DeleteQueryNode',
]);

/** Makes every query see and touch the rows of one workspace alone, and every new row belong to it (S21). */
export class WorkspacePlugin implements KyselyPlugin {
  readonly #transformer: WorkspaceTransformer;

  constructor(workspaceId: string) {
    this.#transformer = new WorkspaceTransformer(workspaceId);
  }

  transformQuery({ node, queryId }: PluginTransformQueryArgs): RootOperationNode {
    if (!queries.has(node.kind)) {
      throw new Error(
        'Raw SQL and schema changes cannot be narrowed to a workspace: write the query with the builder (S21).',
      );
    }
    return this.#transformer.transformNode(node, queryId);
  }

  async transformResult({ result }: PluginTransformResultArgs): Promise<QueryResult<UnknownRow>> {
    return result;
  }
}

type QueryId = PluginTransformQueryArgs['queryId'];

class WorkspaceTransformer extends OperationNodeTransformer {
  readonly #workspaceId: string;
  /** A query that is part of another one passes here twice: first by itself, then with the whole. */
  readonly #narrowed = new WeakSet<OperationNode>();

  constructor(workspaceId: string) {
    super();
    this.#workspaceId = workspaceId;
  }

  protected override transformSelectQuery(node: SelectQueryNode, queryId?: QueryId): SelectQueryNode {
    const copy = super.transformSelectQuery(node, queryId);
    if (this.#narrowed.has(node)) return this.#remember(copy);
    return this.#remember(this.#narrow(copy, node.from?.froms));
  }

  protected override transformUpdateQuery(node: UpdateQueryNode, queryId?: QueryId): UpdateQueryNode {
    const copy = super.transformUpdateQuery(node, queryId);
    if (this.#narrowed.has(node)) return this.#remember(copy);
    const target = node.table === undefined ? [] : [node.table];
    if (narrowedTables(target).length > 0) refuseWorkspaceUpdate(node.updates);
    return this.#remember(this.#narrow(copy, [...target, ...(node.from?.froms ?? [])]));
  }

  protected override transformDeleteQuery(node: DeleteQueryNode, queryId?: QueryId): DeleteQueryNode {
    const copy = super.transformDeleteQuery(node, queryId);
    if (this.#narrowed.has(node)) return this.#remember(copy);
    return this.#remember(this.#narrow(copy, [...node.from.froms, ...(node.using?.tables ?? [])]));
  }

  protected override transformInsertQuery(node: InsertQueryNode, queryId?: QueryId): InsertQueryNode {
    const copy = super.transformInsertQuery(node, queryId);
    const [into] = narrowedTables(node.into === undefined ? [] : [node.into]);
    if (this.#narrowed.has(node) || into === undefined || !workspaceTables.has(into.table)) return this.#remember(copy);
    return this.#remember(addWorkspaceColumn(copy, this.#workspaceId));
  }

  protected override transformJoin(node: JoinNode, queryId?: QueryId): JoinNode {
    const copy = super.transformJoin(node, queryId);
    if (this.#narrowed.has(node)) return this.#remember(copy);
    if (node.joinType === 'RightJoin' || node.joinType === 'FullJoin') {
      throw new Error('A right or full join keeps rows that no condition narrows: turn it into a left join (S21).');
    }
    const condition = belongsToWorkspace(narrowedTables([node.table]), this.#workspaceId);
    if (condition === undefined) return copy;
    const joinType = node.joinType === 'CrossJoin' ? 'InnerJoin' : node.joinType;
    return this.#remember({ ...copy, joinType, on: OnNode.create(both(copy.on?.on, condition)) });
  }

  protected override transformMergeQuery(_node: MergeQueryNode): MergeQueryNode {
    throw new Error('A merge cannot be narrowed to a workspace: use insert … on conflict (S21).');
  }

  protected override transformRaw(node: RawNode, queryId?: QueryId): RawNode {
    if (readsWorkspaceTable(node)) {
      throw new Error('A piece of raw SQL names a table of workspaces: use the query builder for it (S21).');
    }
    return super.transformRaw(node, queryId);
  }

  #narrow<Query extends { readonly where?: WhereNode }>(query: Query, tables: readonly OperationNode[] = []): Query {
    const condition = belongsToWorkspace(narrowedTables(tables), this.#workspaceId);
    if (condition === undefined) return query;
    return { ...query, where: WhereNode.create(both(query.where?.where, condition)) };
  }

  #remember<Node extends OperationNode>(node: Node): Node {
    this.#narrowed.add(node);
    return node;
  }
}

/** In parentheses: what was there may be raw SQL with an `or` of its own. */
function both(existing: OperationNode | undefined, condition: OperationNode): OperationNode {
  return existing === undefined ? condition : AndNode.create(ParensNode.create(existing), condition);
}
