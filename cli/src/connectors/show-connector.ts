import type { Command } from '../command.ts';
import { connect } from '../connect.ts';
import { type FormField, readManifest } from '../connecting/manifest.ts';
import { readArguments, refuseMore, serverHelp, serverOptions } from '../read-arguments.ts';
import { UsageError } from '../show-error.ts';
import { plain, print, table } from '../terminal.ts';

/** `plugboard connectors show`: what a connector asks for, and its tools. */
export const showConnector: Command = {
  summary: 'what a connector asks for, and its tools',
  help: `plugboard connectors show <connector>

With --json the whole manifest.

${serverHelp}`,
  async run(args, env) {
    const { values, positionals } = readArguments(args, serverOptions);
    const [id, ...more] = positionals;
    refuseMore(more);
    if (id === undefined) throw new UsageError('Say which one: "plugboard connectors list" shows them.');
    const plugboard = connect(env, values);
    const manifest = await plugboard.connectors.get(id);
    const { name, modes, fields } = await readManifest(plugboard, id);
    return print(values.json, manifest, () => {
      const tools = Array.isArray(manifest['tools']) ? manifest['tools'] : [];
      const rows = tools.map((tool) => [String(tool.name), String(tool.effect), String(tool.label)]);
      return `${plain(name)} (${plain(id)}), connected by ${modes.join(' or ')}
${plain(String(manifest['description']))}

${fields.length === 0 ? 'It asks for nothing.\n' : table([['FIELD', 'LABEL', 'WHEN', ''], ...fields.map(fieldRow)])}
${rows.length === 0 ? 'Its server says which tools it has.\n' : table([['TOOL', 'TYPE', 'WHAT IT DOES'], ...rows])}
plugboard connect ${plain(id)}
`;
    });
  },
};

function fieldRow({ key, label, required, secret, modes }: FormField): readonly string[] {
  const facts = [required ? 'required' : 'optional', ...(secret ? ['secret'] : [])];
  return [key, label, modes.length === 0 ? 'always' : modes.join(', '), facts.join(', ')];
}
