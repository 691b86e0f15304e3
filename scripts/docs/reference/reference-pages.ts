import type { OpenapiDocument } from '../../../server/src/http/openapi/build-openapi.ts';
import { renderOperation } from './render-operation.ts';
import { nodeAt, type Node, textAt } from './node.ts';

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly facts: Node;
}

/** The reference of the API, one page for each group of endpoints and one that lists them, by path in the repository. */
export function referencePages(document: OpenapiDocument): Readonly<Record<string, string>> {
  const operations = operationsOf(document);
  const groups = document.tags
    .map((tag) => groupNamed(textAt(tag, 'name'), { about: textAt(tag, 'description'), operations }))
    .filter((group) => group.operations.length > 0);
  const pages = groups.map((group) => [`docs/reference/${fileOf(group.name)}`, renderGroup(group, document)]);
  return { 'docs/reference/README.md': renderIndex(groups), ...Object.fromEntries(pages) };
}

interface Group {
  readonly name: string;
  readonly about: string;
  readonly operations: readonly Operation[];
}

function groupNamed(name: string, { about, operations }: Omit<Group, 'name'>): Group {
  return { name, about, operations: operations.filter(({ facts }) => groupOf(facts) === name) };
}

function operationsOf({ paths }: OpenapiDocument): readonly Operation[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, facts]) => ({ method: method.toUpperCase(), path, facts })),
  );
}

/** The first tag is our own; the others name documents that the endpoint keeps to. */
function groupOf(facts: Node): string | undefined {
  const [first] = Array.isArray(facts['tags']) ? facts['tags'] : [];
  return first;
}

function fileOf(group: string): string {
  return `${group.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}.md`;
}

const written = '*Written by `npm run generate` from `docs/openapi.json`.*';

function renderIndex(groups: readonly Group[]): string {
  const rows = groups.map(
    ({ name, about, operations }) => `| [${name}](${fileOf(name)}) | ${about} | ${operations.length} |`,
  );
  return `# Reference

${written}

Every endpoint, with what it takes, answers and refuses. A running server has the same at \`/docs\`, to try out, and the
description itself at \`/openapi.json\`.

| endpoints | what they are about | how many |
| --- | --- | --- |
${rows.join('\n')}
`;
}

function renderGroup({ name, about, operations }: Group, document: OpenapiDocument): string {
  const resolve = (node: Node): Node => resolved(document, node);
  const sections = operations.map((operation) => renderOperation(operation, resolve));
  return `# ${name}\n\n${written}\n\n${about}\n\n${sections.join('\n')}`;
}

/** The node itself, or what its `$ref` names. */
function resolved(document: OpenapiDocument, node: Node): Node {
  const ref = node['$ref'];
  if (typeof ref !== 'string') return node;
  return resolved(document, nodeAt(document, ...ref.slice(2).split('/')));
}
