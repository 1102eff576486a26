import type { Command } from 'commander'

import type { Shell } from './shell.ts'

/** What a command does; returns its exit code where it is not 0. */
export type Action = (shell: Shell) => Promise<number | void>

/**
 * Adds the commands of one feature to the program. Declaring is cheap: what does the work is imported within the action
 * that `perform` runs.
 */
export type Feature = (program: Command, perform: (action: Action) => Promise<void>) => void
