import { randomBytes } from 'node:crypto'
import type { Writable } from 'node:stream'

import { SftpError } from './sftp-error.ts'

/** What a script ended with, and all that it said. */
export type Answer = { readonly code: number; readonly output: Buffer }

/** A shell of the container that runs one script after the other: each costs it what its programs cost, and no process of its own. */
export type ShellTalk = {
  readonly ask: (script: string) => Promise<Answer>
}

/** The longest answer: a folder of some 300,000 files. */
const MOST_ANSWER_BYTES = 32 << 20

/** Returns the talk with a shell that reads scripts at one end, and whose output comes at the other. */
export function createShellTalk(
  stdin: Writable,
  output: AsyncIterator<Uint8Array>,
  first: Buffer,
): ShellTalk {
  // No output has it by chance, and no file’s name that was given before.
  const mark = randomBytes(16).toString('hex')
  const end = Buffer.from(`\n${mark} `)
  let held: Buffer = first
  let last: Promise<unknown> = Promise.resolve()

  async function more(): Promise<void> {
    const { value, done } = await output.next()
    if (done === true) throw new SftpError('failure', 'The shell of the container has ended.')
    held = Buffer.concat([held, value])
  }
  async function readAnswer(): Promise<Answer> {
    let from = 0
    for (;;) {
      const at = held.indexOf(end, from)
      const line = at < 0 ? -1 : held.indexOf('\n', at + end.length)
      if (line >= 0) {
        const answer = {
          code: Number(held.toString('latin1', at + end.length, line)),
          output: held.subarray(0, at),
        }
        held = held.subarray(line + 1)
        return answer
      }
      if (held.length > MOST_ANSWER_BYTES) throw new SftpError('failure', 'That is too much.')
      from = Math.max(0, at < 0 ? held.length - end.length : at)
      await more()
    }
  }
  async function ask(script: string): Promise<Answer> {
    stdin.write(`{ ${script}\n} </dev/null 2>&1; printf '\\n%s %d\\n' ${mark} $?\n`)
    return readAnswer()
  }
  return {
    ask: async (script) => {
      const answer = last.then(() => ask(script))
      last = answer.catch(() => {})
      return answer
    },
  }
}
