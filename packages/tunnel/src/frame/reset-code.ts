/** Why a stream or a link ends, in the words of HTTP/2 (RFC 9113, section 7), numbered as they travel. */
export const resetCodes = {
  noError: 0,
  protocolError: 1,
  internalError: 2,
  flowControlError: 3,
  refusedStream: 7,
  cancel: 8,
  /** The target was not reached, or its connection broke. */
  connectError: 10,
  enhanceYourCalm: 11,
  /** None of HTTP/2's: the key that the peer proved belongs to another one that is connected. */
  keyInUse: 32,
} as const

/** Why a stream or a link ends. */
export type ResetCode = keyof typeof resetCodes

const byNumber = new Map(Object.entries(resetCodes).map(([name, number]) => [number, name]))

/** Returns the code of a number; one that is not known is an internal error of whoever sent it. */
export function parseResetCode(number: number): ResetCode {
  return (byNumber.get(number as (typeof resetCodes)[ResetCode]) ?? 'internalError') as ResetCode
}

/** Returns text that fits into a frame, cut between characters. */
export function encodeReason(reason: string, mostBytes: number): Buffer {
  let bytes = Buffer.from(reason)
  let length = reason.length
  while (bytes.length > mostBytes) {
    length = Math.min(length - 1, Math.floor((length * mostBytes) / bytes.length))
    bytes = Buffer.from(reason.slice(0, length))
  }
  return bytes
}
