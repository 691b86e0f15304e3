/** A command of a shell script: its words as the program gets them, variables left as they are written. */
export type Words = readonly string[];

/**
 * The commands of a script, those of `$(…)` among them: enough of the shell's grammar for what documentation shows. Throws on a quote
 * that is never closed.
 */
export function readCommands(script: string): readonly Words[] {
  const state: State = { text: script.replaceAll(/\\\n\s*/g, ' '), at: 0, commands: [], words: [] };
  while (state.at < state.text.length) step(state);
  endCommand(state);
  return state.commands;
}

interface State {
  readonly text: string;
  at: number;
  readonly commands: Words[];
  words: string[];
}

function step(state: State): void {
  const rest = state.text.slice(state.at);
  const [end] = /^(?:\n|;|&&|\|\|?|&)/.exec(rest) ?? [];
  const [skipped] = /^(?:[ \t]+|#.*)/.exec(rest) ?? [];
  const [redirect] = /^\d?(?:>>?|<)&?/.exec(rest) ?? [];
  if (end !== undefined) endCommand(state);
  if (end !== undefined || skipped !== undefined) state.at += (end ?? skipped ?? '').length;
  else if (redirect !== undefined) skipTarget(state, redirect);
  else state.words.push(readWord(state));
}

function endCommand(state: State): void {
  if (state.words.length > 0) state.commands.push(state.words);
  state.words = [];
}

/** Where output goes is no argument; `<id>` and the like are placeholders, and words. */
function skipTarget(state: State, redirect: string): void {
  const placeholder = /^<[^<>\n]*>/.exec(state.text.slice(state.at));
  if (placeholder) {
    state.words.push(readWord(state));
    return;
  }
  state.at += redirect.length;
  while (state.text[state.at] === ' ') state.at += 1;
  readWord(state);
}

function readWord(state: State): string {
  let word = '';
  while (state.at < state.text.length) {
    const part = readPart(state);
    if (part === undefined) break;
    word += part;
  }
  return word;
}

/** The next piece of a word; nothing where the word ends. */
function readPart(state: State): string | undefined {
  const char = state.text[state.at] ?? '';
  const placeholder = /^<[^<>\n]*>/.exec(state.text.slice(state.at));
  if (char === "'") return quoted(state);
  if (char === '"') return doubleQuoted(state);
  if (state.text.startsWith('$(', state.at)) return substituted(state);
  if (placeholder) return take(state, placeholder[0].length);
  if (/[\s;&|<>]/.test(char)) return undefined;
  return take(state, 1);
}

function take(state: State, length: number): string {
  const taken = state.text.slice(state.at, state.at + length);
  state.at += length;
  return taken;
}

function quoted(state: State): string {
  const end = state.text.indexOf("'", state.at + 1);
  if (end === -1) throw new Error('A single quote is never closed.');
  return take(state, end + 1 - state.at).slice(1, -1);
}

function doubleQuoted(state: State): string {
  state.at += 1;
  let content = '';
  for (;;) {
    const char = state.text[state.at];
    if (char === undefined) throw new Error('A double quote is never closed.');
    if (char === '"') break;
    if (char === '\\') content += take(state, 2).slice(1);
    else if (state.text.startsWith('$(', state.at)) content += substituted(state);
    else content += take(state, 1);
  }
  state.at += 1;
  return content;
}

/** The commands within are commands too; the word keeps a mark for what they print. */
function substituted(state: State): string {
  let depth = 0;
  const start = state.at + 2;
  for (let at = state.at + 1; at < state.text.length; at += 1) {
    if (state.text[at] === '(') depth += 1;
    if (state.text[at] === ')') depth -= 1;
    if (depth > 0) continue;
    state.commands.push(...readCommands(state.text.slice(start, at)));
    state.at = at + 1;
    return '$substituted';
  }
  throw new Error('A $( is never closed.');
}
