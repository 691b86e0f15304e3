import type { Command } from '../command.ts';
import { nearMiss } from '../near-miss.ts';
import { readArguments, refuseMore } from '../read-arguments.ts';
import { UsageError } from '../show-error.ts';
import { print } from '../terminal.ts';
import { completionScripts } from './scripts.ts';
import { followings } from './words.ts';

/** `plugboard completion`: a script with which a shell completes our commands and their options. */
export function completion(commands: () => ReadonlyMap<string, Command>): Command {
  const shells = [...completionScripts.keys()];
  return {
    summary: 'have bash, zsh or fish complete commands',
    help: `plugboard completion bash|zsh|fish [--json]

  bash   plugboard completion bash >> ~/.bashrc
  zsh    plugboard completion zsh > "\${fpath[1]}/_plugboard"
  fish   plugboard completion fish > ~/.config/fish/completions/plugboard.fish

  --json   the words instead, as JSON
`,
    async run(args) {
      const { values, positionals } = readArguments(args, { json: { type: 'boolean', default: false } });
      const [shell = '', ...more] = positionals;
      refuseMore(more);
      const script = completionScripts.get(shell);
      const words = followings(commands());
      if (!script && !values.json)
        throw new UsageError(`Say which shell: ${shells.join(', ')}.${nearMiss(shell, shells)}`);
      return print(values.json, words, () => script?.(words) ?? '');
    },
  };
}
