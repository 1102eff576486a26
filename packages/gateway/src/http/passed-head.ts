import type { ClientFields } from './client-fields.ts'
import { VERSION_BYTES } from './http-version.ts'
import { CR, LF } from './octets.ts'
import type { RequestHead } from './request-head.ts'
import type { ResponseHead } from './response-head.ts'

/** What we add to a request's head at most. */
export const MOST_ADDED_BYTES = 1024

const CLOSE = Buffer.from('Connection: close\r\n')
const UPGRADE = Buffer.from('Connection: Upgrade\r\n')
const VERSION = Buffer.from('HTTP/1.1')
const NOTHING = Buffer.alloc(0)

/** Writes a request's head as the instance gets it into `target`, and returns its length. */
export function writePassedRequest(
  target: Buffer,
  {
    bytes,
    head,
    client,
  }: { readonly bytes: Buffer; readonly head: RequestHead; readonly client: ClientFields },
): number {
  const { hostFrom, hostTo } = head
  let at = copyRuns(target, 0, { bytes, kept: head.kept })
  at += client.encode(bytes, hostFrom, hostTo).copy(target, at)
  if (head.isUpgrade) at += UPGRADE.copy(target, at)
  else if (head.isHttp10) at += CLOSE.copy(target, at)
  target[at] = CR
  target[at + 1] = LF
  return at + 2
}

/** Returns an answer's head as the client gets it, and the bytes from `head.to` to `bodyTo` after it. */
export function encodePassedResponse(
  bytes: Buffer,
  head: ResponseHead,
  { mustClose, bodyTo }: { readonly mustClose: boolean; readonly bodyTo: number },
): Buffer {
  const extra = head.status === 101 ? UPGRADE : mustClose ? CLOSE : NOTHING
  const [keptFrom = 0, keptTo] = head.kept
  // The empty line and the body are one run, after what is added.
  const restFrom = head.to - EMPTY_LINE_BYTES
  const isAsItCame = keptTo === restFrom && extra === NOTHING && !head.isHttp10
  if (isAsItCame) return bytes.subarray(keptFrom - VERSION_BYTES, bodyTo)
  const target = Buffer.allocUnsafe(
    VERSION_BYTES + lengthOf(head.kept) + extra.length + bodyTo - restFrom,
  )
  let at = VERSION.copy(target)
  at += copyRuns(target, at, { bytes, kept: head.kept })
  if (extra !== NOTHING) at += extra.copy(target, at)
  bytes.copy(target, at, restFrom, bodyTo)
  return target
}

const EMPTY_LINE_BYTES = 2

function lengthOf(kept: readonly number[]): number {
  let length = 0
  for (let run = 0; run < kept.length; run += 2) length += (kept[run + 1] ?? 0) - (kept[run] ?? 0)
  return length
}

/** Returns how many bytes it has copied. */
function copyRuns(
  target: Buffer,
  from: number,
  { bytes, kept }: { readonly bytes: Buffer; readonly kept: readonly number[] },
): number {
  let at = from
  for (let run = 0; run < kept.length; run += 2) {
    at += bytes.copy(target, at, kept[run], kept[run + 1])
  }
  return at - from
}
