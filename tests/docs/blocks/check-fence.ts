import type { Fence } from '../../../scripts/docs/fences.ts';
import { checkShell } from '../shell/check-shell.ts';
import { checkHttp } from './check-http.ts';
import { checkYaml } from './check-yaml.ts';

type Check = (text: string) => readonly string[] | Promise<readonly string[]>;

/** How a block in a language is checked, whether it is quoted or not. */
const checks: Readonly<Record<string, Check>> = {
  sh: checkShell,
  http: checkHttp,
  json: checkJson,
  jsonl: (text) => text.trim().split('\n').flatMap(checkJson),
  yaml: checkYaml,
};

/** Languages that are only shown: nothing but a quotation says that they are right. */
const quotedOnly = new Set(['ts', 'js', 'html', 'python', 'sql', 'ini', 'nginx', 'toml', 'diff', 'dockerfile']);

/** What is wrong with a block: it has to be cut from a source or marked, and what it says has to exist. */
export async function checkFence(fence: Fence): Promise<readonly string[]> {
  const { language, marks, from, text, line } = fence;
  const problems = [...checkMarks(fence)];
  const check = checks[language];
  if (check === undefined && language !== 'text' && !quotedOnly.has(language))
    problems.push(`The language "${language}" is not checked.`);
  if (check !== undefined && !isFree({ language, marks, from })) problems.push(...(await check(text)));
  return problems.map((problem) => `line ${line}: ${problem}`);
}

/** YAML that is cut from a file of ours is checked where that file is; output is checked by nobody but for its syntax. */
function isFree({ language, marks, from }: Pick<Fence, 'language' | 'marks' | 'from'>): boolean {
  if (language === 'json') return false;
  return marks.includes('output') || (language === 'yaml' && from !== undefined && !from.includes('connector'));
}

function checkMarks({ marks, from }: Fence): readonly string[] {
  const known = new Set(['output', 'illustration']);
  const unknown = marks.filter((mark) => !known.has(mark)).map((mark) => `The mark "${mark}" means nothing.`);
  if (from === undefined && marks.length === 0)
    return ['It is neither cut from a source nor marked as output or illustration.'];
  return from !== undefined && marks.length > 0
    ? ['It is cut from a source, and marked besides.', ...unknown]
    : unknown;
}

function checkJson(text: string): readonly string[] {
  try {
    JSON.parse(text);
    return [];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}
