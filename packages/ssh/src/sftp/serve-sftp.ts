import { randomBytes } from 'node:crypto'
import { PassThrough, type Writable } from 'node:stream'

import type { ServerChannel } from 'ssh2'

import { createChannelOutput } from '../session/channel-output.ts'
import type { ChannelProcess } from '../session/run-on-channel.ts'
import { runQuietly, type QuietParts } from '../shell/run-quietly.ts'
import { SESSION_VARIABLE, signalScript } from '../shell/script.ts'
import type { RunScript } from './file-stream.ts'
import { HeldTooMuchError, type HeldBytes } from './held-bytes.ts'
import { PacketReader, readPackets } from './packet.ts'
import { SftpSession } from './sftp-session.ts'
import { createShellTalk, type ShellTalk } from './shell-talk.ts'

/** What files are served with. */
export type SftpParts = Pick<
  ChannelProcess,
  'run' | 'socket' | 'signal' | 'onBytes' | 'explain'
> & {
  readonly clock: QuietParts['clock']
  readonly openHeldBytes: () => HeldBytes
}

/** Where distributions have it. */
const servers = [
  '/usr/lib/openssh/sftp-server',
  '/usr/libexec/openssh/sftp-server',
  '/usr/lib/ssh/sftp-server',
  '/usr/libexec/sftp-server',
]

/** Says first who answers: the image's own server, or a shell that is told what to do. */
const beginScript = `cd "\${HOME:-/}" 2>/dev/null
for server in ${servers.join(' ')}; do
if [ -x "$server" ]; then echo server; exec "$server"; fi
done
echo shell
export LC_ALL=C
exec /bin/sh`

/** Serves a container's files on a channel, and ends it. Never throws. */
export async function serveSftp(channel: ServerChannel, parts: SftpParts): Promise<void> {
  const { signal, onBytes, explain } = parts
  const over = new AbortController()
  const all = AbortSignal.any([signal, over.signal])
  const runScript = createRunScript({ ...parts, signal: all })
  const output = createChannelOutput({ ...parts, channel })
  const [input, stdin, stdout, stderr] = [quiet(), quiet(), quiet(), quiet()]
  stderr.resume()
  // Who reads the channel itself to its end closes it.
  channel.on('data', onBytes).pipe(input)
  const ended = runScript(beginScript, { stdin, stdout, stderr, signal: all }).then(
    (code) => code,
    () => 255,
  )
  void ended.then(() => stdout.end())
  // A client that has all it wanted closes its channel, and still waits for how that ended.
  const tellEnd = (): void => channel.exit(0)
  signal.addEventListener('abort', tellEnd, { once: true })
  const held = parts.openHeldBytes()
  let refusal: string | undefined
  const code = await speak({ input, output, stdin, stdout, runScript, held })
    .then((isServed) => (isServed ? 0 : ended))
    .catch((failure: unknown) => {
      if (failure instanceof HeldTooMuchError) refusal = failure.message
      return 1
    })
    .finally(held.close)
  const explanation =
    code === 0 ? undefined : (refusal ?? (await explain(code).catch(() => undefined)))
  over.abort()
  if (signal.aborted) return
  if (explanation !== undefined) channel.stderr.write(`nexqloud: ${explanation}\n`)
  channel.exit(code)
  channel.end()
}

/** Either end may be over before the other. */
const quiet = (): PassThrough => new PassThrough().on('error', () => {})

type Speaking = {
  readonly input: PassThrough
  readonly output: Writable
  readonly stdin: PassThrough
  readonly stdout: PassThrough
  readonly runScript: RunScript
  readonly held: HeldBytes
}

/** Returns whether anybody served; resolves when the client is done. */
async function speak(parts: Speaking): Promise<boolean> {
  const { input, output, stdin, stdout, runScript, held } = parts
  const said = stdout[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  const { who, rest } = await readFirstLine(said)
  if (who === 'server') {
    input.pipe(stdin)
    await pour(said, rest, output)
    return true
  }
  if (who !== 'shell') return false
  const talk = createShellTalk({ stdin, output: said, first: rest, held })
  const session = new SftpSession({ talk, run: runScript, held, home: await readHome(talk) })
  try {
    for await (const packet of readPackets(input)) {
      const answer = await session.answer(packet.readUInt8(0), new PacketReader(packet.subarray(1)))
      await write(output, answer)
    }
  } finally {
    session.close()
  }
  return true
}

async function readFirstLine(
  said: AsyncIterator<Buffer>,
): Promise<{ readonly who: string; readonly rest: Buffer }> {
  let held = Buffer.alloc(0)
  while (!held.includes('\n') && held.length < 100) {
    const { value, done } = await said.next()
    if (done === true) break
    held = Buffer.concat([held, value])
  }
  const at = held.indexOf('\n')
  return { who: held.toString('latin1', 0, Math.max(0, at)), rest: held.subarray(at + 1) }
}

async function readHome(talk: ShellTalk): Promise<string> {
  const { output } = await talk.ask('pwd')
  return output.toString('utf8').replace(/\n$/, '')
}

async function pour(said: AsyncIterator<Buffer>, first: Buffer, output: Writable): Promise<void> {
  if (first.length > 0) await write(output, first)
  for (;;) {
    const { value, done } = await said.next()
    if (done === true) return
    await write(output, value)
  }
}

function write(output: Writable, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    output.write(bytes, (failure) => (failure == null ? resolve() : reject(failure)))
  })
}

/** Engines leave alone what they started when nobody listens any more: it is ended here. */
function createRunScript(parts: Pick<SftpParts, 'run' | 'clock' | 'signal'>): RunScript {
  const { run, signal: all } = parts
  return async (script, streams) => {
    const id = randomBytes(16).toString('hex')
    const signal = AbortSignal.any([all, streams.signal])
    const kill = (): void => {
      runQuietly(parts, signalScript(id, 'KILL') ?? '').catch(() => {})
    }
    signal.addEventListener('abort', kill, { once: true })
    const marked = `export ${SESSION_VARIABLE}=${id}; exec /bin/sh -c "$1"`
    const command = ['/bin/sh', '-c', marked, 'sh', script]
    try {
      return await run({ ...streams, command, isTty: false, onResize: () => {}, signal })
    } finally {
      signal.removeEventListener('abort', kill)
    }
  }
}
