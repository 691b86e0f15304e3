/** A fenced block of code on a Markdown page. */
export interface Fence {
  /** Of its opening line, counted from 1. */
  readonly line: number;
  /** What stands before every line of it: blocks may lie within lists. */
  readonly indent: string;
  readonly language: string;
  /** The words after the language: `output`, `illustration`. */
  readonly marks: readonly string[];
  /** Where it is cut from, as `<!-- from: path#region -->` above it says. */
  readonly from: string | undefined;
  /** Without the fences, ending with a line break unless empty. */
  readonly text: string;
}

/** The blocks of a page, in order. Throws on one that is never closed. */
export function fencesIn(page: string): readonly Fence[] {
  const found: Fence[] = [];
  const lines = page.split('\n');
  let from: string | undefined;
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    const [, indent = '', fence, info = ''] = /^( *)(`{3,})(.*)$/.exec(line) ?? [];
    if (fence === undefined) {
      from = /^ *<!-- from: (\S+) -->$/.exec(line)?.[1] ?? (line.trim() === '' ? from : undefined);
      continue;
    }
    const end = lines.findIndex((later, number) => number > at && closes(later, fence));
    if (end === -1) throw new Error(`The block that begins on line ${at + 1} is never closed.`);
    const [language = '', ...marks] = info.split(/\s+/).filter(Boolean);
    const text = lines.slice(at + 1, end).map((inside) => `${inside.slice(indent.length)}\n`);
    found.push({ line: at + 1, indent, language, marks, from, text: text.join('') });
    from = undefined;
    at = end;
  }
  return found;
}

/** A closing fence may be longer than the opening one (CommonMark §4.5). */
function closes(line: string, fence: string): boolean {
  const marks = line.trim();
  return marks.startsWith(fence) && /^`+$/.test(marks);
}
