import type { ContainerShell } from '../src/index.ts'
import { written } from './memory-shell.ts'

/** What one script is led by, and what ends its answer. */
const SCRIPT = /\{ ([^]*?)\n\} <\/dev\/null 2>&1; printf '\\n%s %d\\n' ([0-9a-f]{32}) \$\?\n/g

/** Returns the way into a container that has no server of files, and whose shell answers each script so, in pieces of 64 KiB. */
export function createTalkingShell(answerOf: (script: string) => string): ContainerShell {
  return {
    run: async (_instance, { command, stdin, stdout }) => {
      if (stdin === undefined || !command.join(' ').includes('echo shell')) return 0
      await written(stdout, Buffer.from('shell\n'))
      let asked = ''
      for await (const bytes of stdin) {
        asked += String(bytes)
        for (const [, script = '', mark = ''] of asked.matchAll(SCRIPT)) {
          const answer = Buffer.from(`${answerOf(script)}\n${mark} 0\n`)
          for (let at = 0; at < answer.length; at += 65_536) {
            await written(stdout, answer.subarray(at, at + 65_536))
          }
        }
        asked = asked.replaceAll(SCRIPT, '')
      }
      return 0
    },
    connect: () => Promise.reject(new Error('Nothing listens.')),
  }
}
