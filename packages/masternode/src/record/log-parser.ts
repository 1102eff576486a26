import { parseLogTime, type LogLine } from '@nexqloud/store'

/** A line that does not end is cut here: bytes. */
const MOST_LINE_BYTES = 64 << 10
const NEWLINE = 0x0a

/** Turns pieces of a log with times into its lines; what has no end yet waits for the next piece. */
export type LogParser = {
  readonly parse: (piece: Uint8Array) => readonly LogLine[]
  /** The time of the newest line; nothing before the first one. */
  readonly lastAt: () => string | undefined
}

/** Returns a parser at the beginning of a log. */
export function createLogParser(): LogParser {
  let rest = Buffer.alloc(0)
  let isCut = false
  let last: { readonly at: string; readonly ordinal: number } | undefined

  function toLine(bytes: Buffer): LogLine | undefined {
    const line = bytes.toString().replace(/\r$/, '')
    const space = line.indexOf(' ')
    const own = parseLogTime(space < 0 ? line : line.slice(0, space))
    // What a container wrote in one piece may be told in several, of which the first has a time.
    const at = own ?? last?.at
    if (at === undefined) return undefined
    last = { at, ordinal: at === last?.at ? last.ordinal + 1 : 0 }
    const text = own === undefined ? line : space < 0 ? '' : line.slice(space + 1)
    return { ...last, isGap: false, text }
  }

  return {
    lastAt: () => last?.at,
    parse: (piece) => {
      const lines: (LogLine | undefined)[] = []
      let bytes = Buffer.concat([rest, piece])
      for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE)) {
        if (!isCut) lines.push(toLine(bytes.subarray(0, end)))
        isCut = false
        bytes = bytes.subarray(end + 1)
      }
      if (bytes.length > MOST_LINE_BYTES) {
        if (!isCut) lines.push(toLine(bytes.subarray(0, MOST_LINE_BYTES)))
        isCut = true
        bytes = Buffer.alloc(0)
      }
      // The piece may be a part of something larger.
      rest = isCut ? Buffer.alloc(0) : Buffer.from(bytes)
      return lines.filter((line) => line !== undefined)
    },
  }
}
