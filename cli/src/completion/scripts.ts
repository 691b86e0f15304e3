import type { Following } from './words.ts';

/** The scripts by the name of their shell. */
export const completionScripts: ReadonlyMap<string, (followings: readonly Following[]) => string> = new Map([
  ['bash', bash],
  ['zsh', zsh],
  ['fish', fish],
]);

function bash(followings: readonly Following[]): string {
  return `# plugboard completion bash >> ~/.bashrc
_plugboard() {
  local words="" word
  local before="\${COMP_WORDS[1]}"
  [ "$COMP_CWORD" -le 1 ] && before=""
  [ "$COMP_CWORD" -gt 2 ] && [[ "\${COMP_WORDS[2]}" != -* ]] && before="$before \${COMP_WORDS[2]}"
  case "$before" in
${cases(followings, (words) => `words="${words}"`)}
    *) case "\${COMP_WORDS[1]}" in
${cases(ofOneWord(followings), (words) => `words="${words}"`)}
    esac ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _plugboard plugboard
`;
}

function zsh(followings: readonly Following[]): string {
  return `#compdef plugboard
# plugboard completion zsh > "\${fpath[1]}/_plugboard"
_plugboard() {
  local before="$words[2]" found=""
  (( CURRENT <= 2 )) && before=""
  (( CURRENT > 3 )) && [[ "$words[3]" != -* ]] && before="$before $words[3]"
  case "$before" in
${cases(followings, (words) => `found="${words}"`)}
    *) case "$words[2]" in
${cases(ofOneWord(followings), (words) => `found="${words}"`)}
    esac ;;
  esac
  compadd -- \${=found} || _files
}
compdef _plugboard plugboard
`;
}

function fish(followings: readonly Following[]): string {
  const lines = followings.map(({ after, words }) => {
    const count = after === '' ? 0 : after.split(' ').length;
    return `complete -c plugboard -n '__plugboard_after ${count} ${after}'${after === '' ? ' -f' : ''} -a '${words.join(' ')}'`;
  });
  return `# plugboard completion fish > ~/.config/fish/completions/plugboard.fish
function __plugboard_after
  set -l typed (commandline -opc) ''
  set -l count $argv[1]
  set -l wanted $argv[2..-1]
  test (count $typed) -gt (math $count + 1); or return 1
  test $count -eq 0; and return (test (count $typed) -eq 2; and echo 0; or echo 1)
  test "$typed[2..(math $count + 1)]" = "$wanted"
end
${lines.join('\n')}
`;
}

function cases(followings: readonly Following[], line: (words: string) => string): string {
  return followings.map(({ after, words }) => `    "${after}") ${line(words.join(' '))} ;;`).join('\n');
}

/** Behind a command without verbs stands whatever somebody types. */
function ofOneWord(followings: readonly Following[]): readonly Following[] {
  return followings.filter(({ after, words }) => after !== '' && !after.includes(' ') && words[0]?.startsWith('-'));
}
