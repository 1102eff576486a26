import { z } from 'zod'

/** 32 bytes as hex after `0x`. */
const bytes32 = z.string().regex(/^0x[0-9a-f]{64}$/)
/** 32 bytes as hex. */
const digest = z.string().regex(/^[0-9a-f]{64}$/)

export const measureQuestion = z.object({
  /** Nobody knew it before; each round has its own. */
  nonce: bytes32,
  /** Whom the chain wants to have measured: a device answers for itself alone. */
  device: z.int().min(1),
})

export const pieceNames = ['single', 'all', 'memory', 'storage'] as const

export const measureRequest = measureQuestion.extend({ piece: z.enum(pieceNames) })

/** Of one round: 1.25 GiB a second. */
export const MOST_WRITTEN_BYTES = 2 ** 28
/** Of one round: 80 GiB a second, which is beyond what one thread copies. */
export const MOST_COPIED_BYTES = 2 ** 34

const ms = z.number().min(1).max(60_000)

const hashRun = z.object({
  /** The chain of hashes at every so many steps. */
  marks: z.array(digest).max(1024),
  ms,
})

const answered = measureQuestion.extend({
  /** What it tells is made up, for an engine in memory. */
  isImitated: z.boolean().exactOptional(),
})

export const measureAnswer = z.discriminatedUnion('piece', [
  /** One thread by itself. */
  answered.extend({ piece: z.literal('single'), runs: z.array(hashRun).length(1) }),
  /** One on each thread of the machine, at once. */
  answered.extend({ piece: z.literal('all'), runs: z.array(hashRun).min(1).max(128) }),
  /** No machine has 16 TiB; of both no more counts than goes with the hashes that were checked. */
  answered.extend({
    piece: z.literal('memory'),
    totalBytes: z
      .int()
      .min(0)
      .max(2 ** 44),
    /** Copied: no more is. */
    workedBytes: z.int().min(0).max(MOST_COPIED_BYTES),
    ms,
    /** SHA-256 of what the last copy left. */
    proof: digest,
  }),
  answered.extend({
    piece: z.literal('storage'),
    /** Free on the disk of the data folder. */
    totalBytes: z
      .int()
      .min(0)
      .max(2 ** 50),
    /** Written and synced: no more is, so that nobody's disk is worn for it. */
    workedBytes: z.int().min(0).max(MOST_WRITTEN_BYTES),
    ms,
    /** SHA-256 of what was read back. */
    proof: digest,
  }),
])

/** A piece of a measurement: one CPU, all CPUs, memory, storage. */
export type PieceName = (typeof pieceNames)[number]
/** Which measurement is meant. */
export type MeasureQuestion = z.infer<typeof measureQuestion>
/** One round of one piece. */
export type MeasureRequest = z.infer<typeof measureRequest>
/** A chain of hashes that one thread made. */
export type HashRun = z.infer<typeof hashRun>
/** What a device found out about itself in one round. */
export type MeasureAnswer = z.infer<typeof measureAnswer>
