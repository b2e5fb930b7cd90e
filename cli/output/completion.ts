/** What may follow after a command of the program, files aside. */
export interface Words {
  /** The words of the command. */
  readonly path: readonly string[];
  readonly words: readonly string[];
  /** Whether it takes files as well, being no group of commands. */
  readonly last: boolean;
}

const cases = (all: readonly Words[], indent: string) =>
  all.map(({ path, words }) => `${indent}'${path.join(' ')}') words='${words.join(' ')}' ;;`).join('\n');

/** Both shells look for the longest command that was written so far. */
const bash = (all: readonly Words[]) => `# zerotouch completion bash
_zerotouch() {
  local word words='' path='' found=''
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*) continue ;; esac
    path="\${path:+$path }$word"
    case "$path" in
      ${all.map(({ path }) => `'${path.join(' ')}'`).join('|')}) found="$path" ;;
      *) break ;;
    esac
  done
  case "$found" in
${cases(all, '    ')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _zerotouch zerotouch
`;

const zsh = (all: readonly Words[]) => `#compdef zerotouch
autoload -U +X bashcompinit && bashcompinit
${bash(all)}`;

const fish = (all: readonly Words[]) =>
  all
    .flatMap(({ path, words }) =>
      words.map((word) => {
        const seen =
          path.length === 0 ? '__fish_use_subcommand' : `__fish_seen_subcommand_from ${path.at(-1)}`;
        const kind = word.startsWith('--') ? `-l ${word.slice(2)}` : `-a ${word}`;
        return `complete -c zerotouch -n '${seen}' ${kind}`;
      }),
    )
    .join('\n')
    .concat('\n');

/** The script for each shell. */
export const scripts = { bash, zsh, fish } as const;
