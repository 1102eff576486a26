import { request, type IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import { connect, type TLSSocket } from 'node:tls'

import type { LinkEndpoint } from '../link/dial-link.ts'
import { LinkDialError, LinkKeyMismatchError } from '../link/errors.ts'
import type { TlsIdentity } from '../link/tls-identity.ts'
import { hashTlsKey } from '../link/tls-key-hash.ts'
import { answerOf } from './answer-of.ts'
import { HTTP_PROTOCOL } from './public-door.ts'

/** What is asked of a masternode's public door. */
export type PinnedQuestion = {
  /** E.g. `/files/0x…`. */
  readonly path: string
  /** What is brought there, in JSON; nothing where something is read. */
  readonly body?: Uint8Array
  /** A longer answer is none. */
  readonly mostBytes: number
  /** As whom it is asked; as nobody where it is left out. */
  readonly identity?: TlsIdentity | undefined
}

/** What it answers. */
export type PinnedAnswer = {
  readonly status: number
  readonly body: Buffer
  /** When to come back, where it says so. */
  readonly retryAfterSeconds?: number
}

/**
 * Asks a masternode, whose key is the one that the chain names, and returns what it answers, whatever its status.
 *
 * @throws {@link LinkDialError} where it does not answer, or otherwise than such a door does.
 * @throws {@link LinkKeyMismatchError} where somebody else answers.
 */
export async function askPinned(
  endpoint: LinkEndpoint,
  question: PinnedQuestion,
  signal: AbortSignal,
): Promise<PinnedAnswer> {
  const address = `${endpoint.host}:${endpoint.port}`
  const socket = startTls(endpoint, question.identity)
  const stop = (): void => void socket.destroy(new Error('nobody waits for it any more.'))
  try {
    signal.throwIfAborted()
    signal.addEventListener('abort', stop)
    await untilSecure(socket)
    assertKey(socket, endpoint, address)
    const response = await ask(socket, endpoint.host, question)
    const seconds = response.headers['retry-after'] ?? ''
    return {
      status: response.statusCode ?? 0,
      body: await readAll(response, question.mostBytes),
      ...(/^\d{1,9}$/.test(seconds) && { retryAfterSeconds: Number(seconds) }),
    }
  } catch (failure) {
    throw failure instanceof LinkKeyMismatchError ? failure : new LinkDialError(address, failure)
  } finally {
    signal.removeEventListener('abort', stop)
    socket.destroy()
  }
}

/** The certificate is judged by its key alone. */
function startTls({ host, port }: LinkEndpoint, identity: TlsIdentity | undefined): TLSSocket {
  return connect({
    host,
    port,
    ...(identity && { key: identity.keyPem, cert: identity.certificatePem }),
    minVersion: 'TLSv1.3',
    ALPNProtocols: [HTTP_PROTOCOL],
    rejectUnauthorized: false,
    ...(isIP(host) === 0 && { servername: host }),
  })
}

function untilSecure(socket: TLSSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('secureConnect', resolve)
    socket.on('error', reject)
    socket.once('close', () => reject(new Error('the connection was closed.')))
  })
}

function assertKey(socket: TLSSocket, { keyHash: expected }: LinkEndpoint, address: string): void {
  const certificate = socket.getPeerX509Certificate()
  const found = certificate && hashTlsKey(certificate.publicKey)
  if (found !== expected) throw new LinkKeyMismatchError(address, { expected, found })
}

function ask(
  socket: TLSSocket,
  host: string,
  { path, body }: PinnedQuestion,
): Promise<IncomingMessage> {
  const post = { method: 'POST', headers: { 'content-type': 'application/json' } }
  return answerOf(
    request({ createConnection: () => socket, host, path, ...(body && post) }).end(body),
  )
}

async function readAll(response: IncomingMessage, mostBytes: number): Promise<Buffer> {
  const pieces: Buffer[] = []
  let bytes = 0
  for await (const piece of response) {
    pieces.push(piece as Buffer)
    bytes += (piece as Buffer).length
    if (bytes > mostBytes) throw new Error(`it answers with more than ${mostBytes} bytes.`)
  }
  if (!response.complete) throw new Error('it broke off within its answer.')
  return Buffer.concat(pieces)
}
