import type { z } from 'zod'

/** Most characters of a line that an engine writes about itself. */
const MOST_CHARACTERS = 1_000_000

/**
 * Reads the JSON documents of a stream, one a line; lines that are none, or another one's, are left out.
 *
 * @yields each document.
 */
export async function* readJsonLines<Schema extends z.ZodType>(
  source: AsyncIterable<Uint8Array | string>,
  schema: Schema,
): AsyncGenerator<z.infer<Schema>> {
  const decoder = new TextDecoder()
  let rest = ''
  let isForgotten = false
  for await (const chunk of source) {
    const text = typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true })
    const [end = '', ...next] = text.split('\n')
    isForgotten ||= rest.length + end.length > MOST_CHARACTERS
    rest = isForgotten ? '' : rest + end
    const last = next.pop()
    if (last === undefined) continue
    const lines = [rest, ...next]
    rest = last
    isForgotten = false
    for (const line of lines) {
      const read = schema.safeParse(parseJson(line))
      if (read.success) yield read.data
    }
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
