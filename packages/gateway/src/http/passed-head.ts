import type { RequestHead } from './request-head.ts'
import type { ResponseHead } from './response-head.ts'

/** What we add to a request's head at most. */
export const MOST_ADDED_BYTES = 1024

const [CRLF, CLOSE, UPGRADE, FORWARDED_HOST, VERSION] = [
  '\r\n',
  'Connection: close\r\n',
  'Connection: Upgrade\r\n',
  'X-Forwarded-Host: ',
  'HTTP/1.1',
].map((text) => Buffer.from(text)) as [Buffer, Buffer, Buffer, Buffer, Buffer]

/** Returns the fields that say who a client is. */
export function encodeClient(address: string): Buffer {
  const plain = address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address
  return Buffer.from(`X-Forwarded-For: ${plain}\r\nX-Forwarded-Proto: http\r\n`)
}

/** Writes a request's head as the instance gets it into `target`, and returns its length. */
export function writePassedRequest(
  target: Buffer,
  {
    bytes,
    head,
    client,
  }: { readonly bytes: Buffer; readonly head: RequestHead; readonly client: Buffer },
): number {
  let at = copyRuns(target, 0, { bytes, kept: head.kept })
  at += client.copy(target, at)
  if (head.hostTo !== 0) {
    at += FORWARDED_HOST.copy(target, at)
    at += bytes.copy(target, at, head.hostFrom, head.hostTo)
    at += CRLF.copy(target, at)
  }
  if (head.isUpgrade) at += UPGRADE.copy(target, at)
  else if (head.isHttp10) at += CLOSE.copy(target, at)
  return at + CRLF.copy(target, at)
}

/** Returns an answer's head as the client gets it, and the bytes from `head.to` to `bodyTo` after it. */
export function encodePassedResponse(
  bytes: Buffer,
  head: ResponseHead,
  { mustClose, bodyTo }: { readonly mustClose: boolean; readonly bodyTo: number },
): Buffer {
  const { kept, status, to } = head
  let length = VERSION.length + CRLF.length + bodyTo - to
  for (let run = 0; run < kept.length; run += 2) length += (kept[run + 1] ?? 0) - (kept[run] ?? 0)
  const extra = status === 101 ? UPGRADE : mustClose ? CLOSE : undefined
  const target = Buffer.allocUnsafe(length + (extra?.length ?? 0))
  let at = copyRuns(target, VERSION.copy(target), { bytes, kept })
  if (extra !== undefined) at += extra.copy(target, at)
  at += CRLF.copy(target, at)
  bytes.copy(target, at, to, bodyTo)
  return target
}

function copyRuns(
  target: Buffer,
  from: number,
  { bytes, kept }: { readonly bytes: Buffer; readonly kept: readonly number[] },
): number {
  let at = from
  for (let run = 0; run < kept.length; run += 2) {
    at += bytes.copy(target, at, kept[run], kept[run + 1])
  }
  return at
}
