import type { Command } from '../command.ts';
import { connect } from '../connect.ts';
import { readArguments, serverHelp, serverOptions } from '../read-arguments.ts';
import { UsageError } from '../show-error.ts';
import { print } from '../terminal.ts';
import { shownTools } from './list-tools.ts';

/** `plugboard tools search`: tools whose name or description has every word. */
export const searchTools: Command = {
  summary: 'tools by words of their name or description',
  help: `plugboard tools search <word>…

A tool is found where its name or description has every word.

${serverHelp}`,
  async run(args, env) {
    const { values, positionals: words } = readArguments(args, serverOptions);
    const [first, ...others] = words.map((word) => word.toLowerCase());
    if (first === undefined) throw new UsageError('Say what to look for: plugboard tools search issue');
    const found = await connect(env, values).tools.list({ q: first }).all();
    const tools = found.filter(({ name, description, label }) => {
      const text = `${name} ${label} ${description}`.toLowerCase();
      return others.every((word) => text.includes(word));
    });
    return print(values.json, tools, () => shownTools(tools));
  },
};
