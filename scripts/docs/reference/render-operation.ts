import { fieldsOf, renderFields } from './render-fields.ts';
import { type Node, nodeAt, nodesAt, textAt } from './node.ts';
import { typeWords } from './type-words.ts';

type Resolve = (node: Node) => Node;

/** One endpoint: who may call it, what it takes, answers and refuses. */
export function renderOperation(
  { method, path, facts }: { readonly method: string; readonly path: string; readonly facts: Node },
  resolve: Resolve,
): string {
  return [
    `## ${method} ${path.replaceAll(/[{}]/g, (brace) => `\\${brace}`)}`,
    [textAt(facts, 'summary'), textAt(facts, 'description')].filter(Boolean).join(' '),
    ...parametersOf(facts, resolve),
    ...bodyOf(facts, resolve),
    ...answersOf(facts, resolve),
  ]
    .join('\n\n')
    .concat('\n');
}

function parametersOf(facts: Node, resolve: Resolve): string[] {
  const rows = nodesAt(facts, 'parameters')
    .map(resolve)
    .map((parameter) => ({
      name: textAt(parameter, 'name'),
      type: `${textAt(parameter, 'in')}: ${typeWords(nodeAt(parameter, 'schema'), resolve)}`,
      isRequired: parameter['required'] === true,
      about: textAt(parameter, 'description') || textAt(nodeAt(parameter, 'schema'), 'description'),
    }));
  return rows.length === 0 ? [] : [renderFields('Parameters', rows)];
}

function bodyOf(facts: Node, resolve: Resolve): string[] {
  const body = nodeAt(facts, 'requestBody');
  const json = nodeAt(body, 'content', 'application/json');
  if (json['schema'] === undefined) return body['content'] === undefined ? [] : [textAt(body, 'description')];
  const rows = fieldsOf(nodeAt(json, 'schema'), resolve);
  return [...(rows.length === 0 ? [] : [renderFields('Body', rows)]), ...exampleOf(json)];
}

function answersOf(facts: Node, resolve: Resolve): string[] {
  const answers = Object.entries(nodeAt(facts, 'responses')).map(([status, node]) => ({ status, node: nodeAt(node) }));
  const good = answers.filter(({ status }) => Number(status) < 400);
  const refusals = answers.filter(({ status }) => Number(status) >= 400).map(refusalOf);
  return [
    ...good.flatMap(({ status, node }, at) => {
      const alike = good.slice(0, at).find((earlier) => isAlike(earlier.node, node));
      return alike ? [`**Answers** \`${status}\`, as \`${alike.status}\`.`] : answerOf(status, resolve(node), resolve);
    }),
    `**Refuses** with ${refusals.join(', ') || 'nothing'}.`,
  ];
}

function isAlike(one: Node, other: Node): boolean {
  return JSON.stringify(one['content']) === JSON.stringify(other['content']);
}

/** `404 NOT_FOUND`: the status, and the code that the body says. */
function refusalOf({ status, node }: { readonly status: string; readonly node: Node }): string {
  const code = textAt(node, '$ref').split('/').at(-1);
  return code === undefined || code === '' ? `\`${status}\`` : `\`${status} ${code}\``;
}

function answerOf(status: string, answer: Node, resolve: Resolve): string[] {
  const [media = '', content] = Object.entries(nodeAt(answer, 'content'))[0] ?? [];
  const said = `**Answers** \`${status}\`${media === '' ? '' : `, ${media}`}. ${textAt(answer, 'description')}`.trim();
  if (media !== 'application/json') return [said];
  const rows = fieldsOf(nodeAt(content, 'schema'), resolve);
  return [said, ...(rows.length === 0 ? [] : [renderFields('Answer', rows)]), ...exampleOf(nodeAt(content))];
}

function exampleOf(json: Node): string[] {
  if (json['example'] === undefined) return [];
  return [`\`\`\`json output\n${JSON.stringify(json['example'], null, 2)}\n\`\`\``];
}
