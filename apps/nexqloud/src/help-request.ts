import type { Command } from 'commander'

/**
 * Returns the arguments with the word `help`, wherever commands are named, as the option `--help` of the command that is
 * meant: `help wallet create` and `wallet help create` as `wallet create --help`. What is unknown below it stays, to be
 * refused; any other arguments are returned as they are.
 */
export function toHelpRequest(program: Command, args: readonly string[]): readonly string[] {
  let command = program
  let isAsked = false
  const path: string[] = []
  for (const word of args) {
    const { commands } = command
    if (word === 'help' && commands.length > 0) {
      isAsked = true
      continue
    }
    const below = commands.find((one) => one.name() === word)
    if (below === undefined) {
      const isUnknown = commands.length > 0 && !word.startsWith('-')
      if (isAsked && isUnknown) return [...path, word]
      break
    }
    path.push(word)
    command = below
  }
  return isAsked ? [...path, '--help'] : args
}
