/** Commands that a test types on a data folder whose chain answers over HTTP. */

import { systemClock } from '@nexqloud/kernel'
import { http } from 'viem'
import { expect } from 'vitest'

import { exitCodeOf } from '../src/exit-code.ts'
import { features } from '../src/features.ts'
import { createMemoryShell } from '../src/memory-shell.ts'
import { runProgram } from '../src/program.ts'

/** Returns how commands are typed on a folder that is known by the time that they are. */
export function createFolderCommands(folderPath: () => string) {
  function shellOf(signal = new AbortController().signal) {
    const env = { NEXQLOUD_HOME: folderPath(), NEXQLOUD_PASSWORD: 'secret' }
    const connect = async (url: string) => http(url)
    return { ...createMemoryShell({ env, clock: systemClock, connect }), signal }
  }
  async function run(command: string) {
    const shell = shellOf()
    try {
      const code = await runProgram([...command.split(' '), '--json'], { features, shell })
      const document = JSON.parse(shell.printer.lines.at(-1) ?? '{}') as Record<string, unknown>
      return { code, document, error: undefined }
    } catch (error) {
      return { code: exitCodeOf(error), document: {} as Record<string, unknown>, error }
    }
  }
  return {
    shellOf,
    run,
    /** Runs a command and returns the document that it prints. */
    json: async (command: string): Promise<Readonly<Record<string, unknown>>> => {
      const { code, document, error } = await run(command)
      expect({ command, code, error }).toEqual({ command, code: 0, error: undefined })
      return document
    },
  }
}
