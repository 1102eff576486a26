import { z } from 'zod'

import { podReference } from './pod-reference.ts'

const { uid } = podReference.shape

/** Of what a pod sends; a session's token in a header has 2 KiB, and a presigned request has it in its path. */
export const questionLimits = Object.freeze({
  targetBytes: 16_384,
  headers: 64,
  headerNameBytes: 64,
  headerValueBytes: 8192,
  bodyBytes: 1 << 20,
})
/** A message of the protocol has 4 MiB. */
const MOST_ANSWER_BYTES = (3 << 20) - (64 << 10)

const headers = z
  .record(
    z.string().max(questionLimits.headerNameBytes),
    z.string().max(questionLimits.headerValueBytes),
  )
  .refine((all) => Object.keys(all).length <= questionLimits.headers, 'has too many headers')

/** Base64 of so many bytes. */
const base64 = (mostBytes: number) => z.base64().max(Math.ceil(mostBytes / 3) * 4)

/** What a container asks at an address that its device keeps for it, as it came over HTTP. */
export const podQuestion = z.object({
  /** Whose container it is, by the address that it asks from. */
  uid,
  /** What it asks: about itself, or the API that its account is managed by. */
  door: z.enum(['metadata', 'api']),
  method: z.string().regex(/^[A-Z]{1,16}$/),
  /** Path and query. */
  target: z.string().max(questionLimits.targetBytes),
  /** By names in lower case. */
  headers,
  body: base64(questionLimits.bodyBytes),
})

/** What it is answered. */
export const podAnswer = z.object({
  status: z.int().min(200).max(599),
  headers,
  body: base64(MOST_ANSWER_BYTES),
})

/** What a pod asks through its device. */
export type PodQuestion = z.infer<typeof podQuestion>
/** What it is answered. */
export type PodAnswer = z.infer<typeof podAnswer>
