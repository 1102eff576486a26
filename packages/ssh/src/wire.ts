/** Returns a number of 32 bits as SSH sends it (RFC 4251, section 5). */
export function wireNumber(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

/** Returns what SSH calls a string: its length, and its bytes. */
export function wireString(content: string | Uint8Array): Buffer {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content
  return Buffer.concat([wireNumber(bytes.length), bytes])
}
