import { request } from 'node:http'
import { isIP } from 'node:net'
import { connect, type TLSSocket } from 'node:tls'

import { parseEndpoint, type HostPort, type MasternodeRecord } from '@nexqloud/ledger'
import { hashTlsKey } from '@nexqloud/tunnel'
import type { Hex } from 'viem'

import { FileRefusedError } from './errors.ts'
import type { FileSource } from './file-source.ts'

/** From the first packet to the last one. */
const TIMEOUT_MS = 60_000
/** No masternode takes a larger file from another. */
const MOST_BYTES = 64 * 1024 * 1024

/** Returns a masternode's own door, which has to have the TLS key that the chain names. */
export function createHttpsSource({
  id,
  endpoint,
  tlsKeyHash,
}: Pick<MasternodeRecord, 'id' | 'endpoint' | 'tlsKeyHash'>): FileSource {
  const name = `Masternode ${id} at ${endpoint}`
  return {
    name,
    fetch: async (hash, signal) => {
      const place = parseEndpoint(endpoint)
      if (place === undefined) throw new FileRefusedError(name, 'that leads nowhere.')
      const limited = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)])
      try {
        const socket = await openPinned(place, { tlsKeyHash, signal: limited })
        return await get(socket, { path: `/files/${hash}`, host: place.host, signal: limited })
      } catch (failure) {
        signal.throwIfAborted()
        throw new FileRefusedError(name, reasonOf(failure), failure)
      }
    },
  }
}

function reasonOf(failure: unknown): string {
  if (failure instanceof DOMException) return `there was no answer within ${TIMEOUT_MS / 1000} s.`
  return failure instanceof Error ? `${failure.message.replace(/\.$/, '')}.` : 'it failed.'
}

/** Nothing is sent before the other end has proved that it has the key. */
function openPinned(
  { host, port }: HostPort,
  { tlsKeyHash, signal }: { readonly tlsKeyHash: Hex; readonly signal: AbortSignal },
): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({
      host,
      port,
      minVersion: 'TLSv1.3',
      ALPNProtocols: ['http/1.1'],
      // It is judged by its key alone.
      rejectUnauthorized: false,
      ...(isIP(host) === 0 && { servername: host }),
    })
    const fail = (failure: Error): void => {
      socket.destroy()
      reject(failure)
    }
    signal.addEventListener('abort', () => fail(signal.reason as Error), { once: true })
    socket.once('error', fail)
    socket.once('close', () => fail(new Error('the connection was closed')))
    socket.once('secureConnect', () => {
      const certificate = socket.getPeerX509Certificate()
      const found = certificate === undefined ? 'none' : hashTlsKey(certificate.publicKey)
      if (found === tlsKeyHash.toLowerCase()) return resolve(socket)
      fail(new Error(`it has the TLS key ${found}, and the chain names ${tlsKeyHash}`))
    })
  })
}

type Question = { readonly path: string; readonly host: string; readonly signal: AbortSignal }

function get(socket: TLSSocket, { path, host, signal }: Question): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const asking = request({ path, host, signal, createConnection: () => socket }, (answer) => {
      if (answer.statusCode !== 200) {
        socket.destroy()
        return reject(new Error(`it answers ${answer.statusCode}`))
      }
      const parts: Buffer[] = []
      let bytes = 0
      answer.on('data', (part: Buffer) => {
        bytes += part.length
        parts.push(part)
        if (bytes > MOST_BYTES) socket.destroy(new Error(`it gives more than ${MOST_BYTES} bytes`))
      })
      answer.once('error', reject)
      answer.once('end', () => {
        socket.destroy()
        resolve(Buffer.concat(parts))
      })
    })
    asking.once('error', reject)
    asking.end()
  })
}
