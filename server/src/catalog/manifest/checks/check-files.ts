import { isRecord } from '../../../lib/json.ts';
import type { Operation, ToolDefinition } from '../../connector.ts';
import { fileArguments, isFile } from '../../input/file-arguments.ts';
import { aloneIn, parseTemplate } from '../../templates/template.ts';
import { namesIn } from './check-templates.ts';
import type { Finding, KeyPath } from '../manifest-problem.ts';
import { stringsIn } from '../template-site.ts';

interface HttpTool extends ToolDefinition {
  readonly operation: Operation;
}

/** Files are arguments or items of one, and stand where bytes can: as a part of a multipart body, or as the body. */
export function checkFiles(tool: HttpTool): Finding[] {
  return [...checkBody(tool), ...checkPlaces(tool), ...checkDepth(tool.input), ...checkAnswer(tool.operation)];
}

function checkBody({ input, operation: { body, body_type } }: HttpTool): Finding[] {
  const path: KeyPath = ['operation', 'body'];
  if (body_type === 'multipart' && !isRecord(body))
    return [{ path, message: 'must be an object, whose entries are the parts of the form' }];
  if (body_type !== 'file') return [];
  const name = typeof body === 'string' ? argumentAlone(body) : undefined;
  const isOne = name !== undefined && fileArguments(input).get(name) === 'one';
  return isOne ? [] : [{ path, message: 'must be one template alone that names an argument with "format: file"' }];
}

/** Anywhere else the text of a reference would be sent in the place of the bytes. */
function checkPlaces({ input, operation }: HttpTool): Finding[] {
  const files = fileArguments(input);
  const { path, query, headers, body, body_type } = operation;
  const places = stringsIn([], { path, query, headers, body: body ?? null });
  const misplaced = places.filter(({ path: at, text }) => {
    const named = namesIn(text).some((name) => name.startsWith('arg.') && files.has(name.slice('arg.'.length)));
    return named && !(argumentAlone(text) !== undefined && takesFile(at, body_type));
  });
  return misplaced.map(({ path: at }) => ({
    path: ['operation', ...at],
    message:
      'names a file, which goes into a multipart body as a part of its own, or is the whole body of "body_type: file"',
  }));
}

function takesFile(at: KeyPath, type: Operation['body_type']): boolean {
  if (at[0] !== 'body') return false;
  return (type === 'multipart' && at.length === 2) || (type === 'file' && at.length === 1);
}

function argumentAlone(text: string): string | undefined {
  if (namesIn(text).length !== 1) return undefined;
  const alone = aloneIn(parseTemplate(text));
  return alone?.root === 'arg' ? alone.key : undefined;
}

function checkDepth(input: ToolDefinition['input']): Finding[] {
  const deeper = countIn(input) > fileArguments(input).size;
  const message = '"format: file" is for arguments and the items of lists that are one';
  return deeper ? [{ path: ['input'], message }] : [];
}

function countIn(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, each) => sum + countIn(each), 0);
  if (!isRecord(value)) return 0;
  return Object.values(value).reduce((sum: number, each) => sum + countIn(each), isFile(value) ? 1 : 0);
}

function checkAnswer({ answer, select, keep, expect_json }: Operation): Finding[] {
  const other = Object.entries({ select, keep, expect_json }).find(([, value]) => value !== undefined);
  if (answer === undefined || other === undefined) return [];
  return [{ path: ['operation', other[0]], message: 'stands beside "answer: file", of which nothing is read' }];
}
