/** One instruction of a Dockerfile, its continuation lines joined. */
export interface Instruction {
  readonly name: string;
  readonly text: string;
  /** `--from=build` as `from: build`. */
  readonly flags: Readonly<Record<string, string>>;
  /** The words after the flags; of the exec form, its entries. */
  readonly words: readonly string[];
}

/** The stages of a Dockerfile in order, each beginning with its FROM. Throws on what is no instruction. */
export function readDockerfile(text: string): readonly (readonly Instruction[])[] {
  const stages: Instruction[][] = [];
  for (const line of joinedLines(text)) {
    const instruction = readInstruction(line);
    if (instruction.name === 'FROM') stages.push([]);
    const stage = stages.at(-1);
    if (stage === undefined) throw new Error(`"${line}" stands before the first FROM.`);
    stage.push(instruction);
  }
  return stages;
}

function joinedLines(text: string): string[] {
  const lines = text.split('\n').filter((line) => !/^\s*#/.test(line));
  return lines
    .join('\n')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
}

function readInstruction(line: string): Instruction {
  const [, name = '', rest = ''] =
    /^(FROM|WORKDIR|COPY|RUN|LABEL|ENV|USER|VOLUME|EXPOSE|STOPSIGNAL|HEALTHCHECK|CMD) (.+)$/.exec(line) ?? [];
  if (name === '') throw new Error(`"${line}" is no instruction.`);
  const [, flags = '', words = ''] = /^((?:--\S+ +)*)(.*)$/.exec(rest) ?? [];
  const pairs = [...flags.matchAll(/--([a-z-]+)=(\S+)/g)].map(([, key = '', value = '']) => [key, value]);
  return { name, text: rest, flags: Object.fromEntries(pairs), words: readWords(words) };
}

function readWords(text: string): readonly string[] {
  const [, exec] = /(\[.*\])$/.exec(text) ?? [];
  return exec === undefined ? text.split(/ +/) : JSON.parse(exec);
}
