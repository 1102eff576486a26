import type { TLSSocket } from 'node:tls'

import { FrameWriter } from '../frame/frame-writer.ts'
import type { ResetCode } from '../frame/reset-code.ts'
import type { CertificateExpiredError } from './errors.ts'

/** The only thing that an end says which opens no link. */
export type Farewell = { readonly code: ResetCode; readonly reason: string }

/** Says it, and ends the connection. */
export function sayFarewell(socket: TLSSocket, farewell: Farewell): void {
  const writer = new FrameWriter(socket, () => socket.destroySoon())
  writer.writeFarewell('goAway', 0, farewell)
}

/** The other end is whom that concerns, so it is told what to do. */
export function expiredFarewell({ message, hint }: CertificateExpiredError): Farewell {
  return { code: 'refusedStream', reason: `${message} ${hint ?? ''}`.trim() }
}
