import { PassThrough, type Readable } from 'node:stream'

import type { ShellProcess } from '../shell/container-shell.ts'
import { readScript, writeScript } from './file-scripts.ts'
import { readComplaint, SftpError } from './sftp-error.ts'

/** Runs a process of this session in the container. */
export type RunScript = (
  script: string,
  streams: Pick<ShellProcess, 'stdin' | 'stdout' | 'stderr' | 'signal'>,
) => Promise<number>

/** A file that is read: in order as one stream, and by a new one where the reader jumps. */
export class FileReader {
  readonly #path: string
  readonly #run: RunScript
  #stop: AbortController | undefined
  #output: PassThrough | undefined
  #at = 0
  #end: number | undefined

  constructor(path: string, run: RunScript) {
    this.#path = path
    this.#run = run
  }

  /** Returns so many bytes; fewer before the end of the file, none at it. */
  async read(offset: number, length: number): Promise<Buffer> {
    if (this.#end !== undefined && offset >= this.#end) return Buffer.alloc(0)
    if (this.#output === undefined || offset !== this.#at) this.#start(offset)
    const parts: Buffer[] = []
    let missing = length
    while (missing > 0) {
      const bytes = await take(this.#output, missing)
      if (bytes === undefined) break
      parts.push(bytes)
      missing -= bytes.length
    }
    this.#at += length - missing
    if (missing > 0) this.#end = this.#at
    return Buffer.concat(parts)
  }

  close(): void {
    this.#stop?.abort()
    this.#output?.destroy()
  }

  #start(offset: number): void {
    this.close()
    const stop = new AbortController()
    const output = new PassThrough()
    const complaint = collect()
    output.on('error', () => {})
    this.#stop = stop
    this.#output = output
    this.#at = offset
    this.#end = undefined
    const streams = {
      stdin: undefined,
      stdout: output,
      stderr: complaint.stream,
      signal: stop.signal,
    }
    this.#run(readScript(this.#path, offset), streams).then(
      (code) => (code === 0 ? output.end() : output.destroy(readComplaint(complaint.text()))),
      (failure: Error) => output.destroy(failure),
    )
  }
}

/** A file that is written, as {@link FileReader} reads: what goes wrong is told at the next piece, or at the end. */
export class FileWriter {
  readonly #path: string
  readonly #run: RunScript
  readonly #isAppending: boolean
  #input: PassThrough | undefined
  #ended: Promise<void> = Promise.resolve()
  #at = 0

  constructor(path: string, run: RunScript, isAppending: boolean) {
    this.#path = path
    this.#run = run
    this.#isAppending = isAppending
  }

  async write(offset: number, bytes: Buffer): Promise<void> {
    if (this.#input === undefined || (offset !== this.#at && !this.#isAppending)) {
      await this.finish()
      this.#start(offset)
    }
    const input = this.#input
    const written = new Promise<void>((resolve, reject) => {
      input?.write(Buffer.from(bytes), (failure) => (failure == null ? resolve() : reject(failure)))
    })
    // One that has ended takes nothing, and says why.
    await Promise.race([written, this.#ended.then(() => written)])
    this.#at += bytes.length
  }

  /** Resolves once all is in the file. */
  async finish(): Promise<void> {
    this.#input?.end()
    this.#input = undefined
    const ended = this.#ended
    this.#ended = Promise.resolve()
    await ended
  }

  #start(offset: number): void {
    const input = new PassThrough()
    const complaint = collect()
    input.on('error', () => {})
    this.#input = input
    this.#at = offset
    const { signal } = new AbortController()
    const stdout = collect().stream
    const script = writeScript(this.#path, this.#isAppending ? 'end' : offset)
    const running = this.#run(script, { stdin: input, stdout, stderr: complaint.stream, signal })
    const end = async (): Promise<void> => {
      const code = await running.finally(() => input.destroy())
      if (code !== 0) throw readComplaint(complaint.text())
    }
    this.#ended = end()
    this.#ended.catch(() => {})
  }
}

/** Returns at most so many bytes, as soon as there are any; nothing at the end. */
async function take(source: Readable | undefined, most: number): Promise<Buffer | undefined> {
  if (source === undefined) return undefined
  for (;;) {
    if (source.errored !== null) throw source.errored
    const length = Math.min(most, source.readableLength)
    const bytes: unknown = length > 0 ? source.read(length) : null
    if (bytes instanceof Buffer) return bytes
    if (source.readableEnded || source.destroyed) return undefined
    await changed(source)
  }
}

function changed(source: Readable): Promise<void> {
  return new Promise((resolve) => {
    const events = ['readable', 'end', 'close', 'error'] as const
    const done = (): void => {
      for (const event of events) source.off(event, done)
      resolve()
    }
    for (const event of events) source.on(event, done)
    // What is buffered already makes no event.
    source.read(0)
  })
}

const MOST_COMPLAINT = 4096

function collect(): { readonly stream: PassThrough; readonly text: () => string } {
  const stream = new PassThrough()
  let said = ''
  stream.on('data', (bytes: Buffer) => {
    if (said.length < MOST_COMPLAINT) said += bytes.toString()
  })
  return { stream, text: () => said }
}

/** The error of a file that is not open so. */
export function notOpen(): SftpError {
  return new SftpError('failure', 'There is no such open file.')
}
