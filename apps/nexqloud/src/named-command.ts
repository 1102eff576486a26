import type { Feature } from './feature.ts'
import type { Shell } from './shell.ts'

/** A command that takes names: `nexqloud test types lint --json`. */
export type NamedRequest = { readonly names: readonly string[]; readonly json: boolean }

/** What such a command does; returns its exit code. */
export type RunNamed = (request: NamedRequest, shell: Shell) => Promise<number>

type NamedCommand = {
  readonly name: string
  readonly summary: string
  /** What the names name. */
  readonly noun: string
  readonly details: string
  readonly run: RunNamed
}

/** Returns the feature of a command that takes names. */
export function declareNamed({ name, summary, noun, details, run }: NamedCommand): Feature {
  return (program, perform) => {
    program
      .command(name)
      .description(summary)
      .argument('[NAME...]', `the ${noun} to run; all where none is named`)
      .option('--json', 'print one JSON document')
      .addHelpText('after', details)
      .action((names: string[], { json = false }: { json?: boolean }) =>
        perform((shell) => run({ names, json }, shell)),
      )
  }
}
