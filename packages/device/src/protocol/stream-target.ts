import { z } from 'zod'

import { MOST_LINE_BYTES } from '../measure/line-run.ts'
import { measureQuestion } from './measurement.ts'
import { podReference } from './pod-reference.ts'

const { uid } = podReference.shape
const container = z.string().max(63).optional()

const streamTarget = z.discriminatedUnion('kind', [
  /** Messages of the agent protocol; one at a time. */
  z.object({ kind: z.literal('control') }),
  /** What a container wrote, as bytes. */
  z.object({
    kind: z.literal('logs'),
    uid,
    container,
    follow: z.boolean().optional(),
    sinceMs: z.number().optional(),
    tailLines: z.int().min(0).optional(),
    timestamps: z.boolean().optional(),
  }),
  /** A command in a container; its bytes are in channels. */
  z.object({
    kind: z.literal('exec'),
    uid,
    container,
    command: z.array(z.string().max(131_072)).min(1).max(1024).readonly(),
    stdin: z.boolean().optional(),
    tty: z.boolean().optional(),
  }),
  /** What a container writes from now on, in channels; pods have no standard input. */
  z.object({ kind: z.literal('attach'), uid, container }),
  /** Measures the line: bytes that nobody can guess to the device, which answers with their SHA-256, or those that follow from the nonce from it. */
  measureQuestion.extend({
    kind: z.literal('line'),
    direction: z.enum(['down', 'up']),
    bytes: z.int().min(1).max(MOST_LINE_BYTES),
  }),
  /** A TCP connection to the pod: port-forward and ingress. */
  z.object({ kind: z.literal('port'), uid, port: z.int().min(1).max(65_535) }),
])

/** What a masternode asks a stream to lead to; names no container means the first one. */
export type StreamTarget = z.infer<typeof streamTarget>

/** Returns the bytes that open a stream to a target. */
export function encodeStreamTarget(target: StreamTarget): Buffer {
  return Buffer.from(JSON.stringify(target))
}

/** Returns where a stream is to lead; nothing where the bytes say no such thing. */
export function parseStreamTarget(bytes: Buffer): StreamTarget | undefined {
  try {
    return streamTarget.safeParse(JSON.parse(bytes.toString())).data
  } catch {
    return undefined
  }
}
