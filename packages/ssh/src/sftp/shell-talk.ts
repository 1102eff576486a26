import { randomBytes } from 'node:crypto'
import type { Writable } from 'node:stream'

import { HeldTooMuchError, type HeldBytes } from './held-bytes.ts'
import { SftpError } from './sftp-error.ts'

/** What a script ended with, and all that it said. */
export type Answer = { readonly code: number; readonly output: Buffer }

/** A shell of the container that runs one script after the other: each costs it what its programs cost, and no process of its own. */
export type ShellTalk = {
  readonly ask: (script: string) => Promise<Answer>
}

/** The longest answer that is held: a folder of some 15,000 files. */
const MOST_ANSWER_BYTES = 1 << 20
/** What may come besides, and is passed over, before the shell is not listened to any more: a folder of some 500,000. */
const MOST_PASSED_BYTES = 32 << 20

/** What is talked by: a shell reads scripts at one end, and its output comes at the other. */
export type ShellTalkParts = {
  readonly stdin: Writable
  readonly output: AsyncIterator<Uint8Array>
  /** What it has said already. */
  readonly first: Buffer
  readonly held: HeldBytes
}

/** Returns the talk with a shell. */
export function createShellTalk({ stdin, output, first, held }: ShellTalkParts): ShellTalk {
  // No output has it by chance, and no file’s name that was given before.
  const mark = randomBytes(16).toString('hex')
  const end = Buffer.from(`\n${mark} `)
  let waiting: Buffer = first
  held.take(first.length)
  let last: Promise<unknown> = Promise.resolve()

  async function more(): Promise<void> {
    const { value, done } = await output.next()
    if (done === true) throw new SftpError('failure', 'The shell of the container has ended.')
    held.take(value.length)
    waiting = Buffer.concat([waiting, value])
  }
  function passOver(bytes: number): void {
    // What follows is copied, so that it does not keep what went before.
    waiting = Buffer.from(waiting.subarray(bytes))
    held.leave(bytes)
  }
  async function readAnswer(): Promise<Answer> {
    let [from, passed] = [0, 0]
    for (;;) {
      const at = waiting.indexOf(end, from)
      const line = at < 0 ? -1 : waiting.indexOf('\n', at + end.length)
      if (line >= 0) {
        const code = Number(waiting.toString('latin1', at + end.length, line))
        const answer = { code, output: waiting.subarray(0, at) }
        passOver(line + 1)
        if (passed + at > MOST_ANSWER_BYTES) throw tooLong()
        return answer
      }
      from = Math.max(0, at < 0 ? waiting.length - end.length : at)
      if (passed > MOST_PASSED_BYTES) throw new HeldTooMuchError()
      if (from > MOST_ANSWER_BYTES) {
        passOver(from)
        passed += from
        from = 0
      }
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

const tooLong = (): SftpError =>
  new SftpError('failure', `The container's answer is longer than ${MOST_ANSWER_BYTES} bytes.`)
