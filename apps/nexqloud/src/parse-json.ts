import type { z } from 'zod'

/** Returns what a document says; nothing where it is no JSON. */
export function parseJson(document: Uint8Array | string): unknown {
  try {
    return JSON.parse(typeof document === 'string' ? document : Buffer.from(document).toString())
  } catch {
    return undefined
  }
}

/** Returns what bytes from anybody say; nothing where they are no JSON, have another shape, or ids that are none. */
export function parseJsonAs<Value>(schema: z.ZodType<Value>, body: Uint8Array): Value | undefined {
  try {
    return schema.parse(JSON.parse(Buffer.from(body).toString()))
  } catch {
    return undefined
  }
}
