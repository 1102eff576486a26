import { z } from 'zod'

/** 32 bytes as hex after `0x`. */
const bytes32 = z.string().regex(/^0x[0-9a-f]{64}$/)

export const measureRequest = z.object({
  /** Nobody knew it before. */
  nonce: bytes32,
  /** Whom the chain wants to have measured: a device answers for itself alone. */
  device: z.int().min(1),
})

const ms = z.number().min(1).max(60_000)

const hashRun = z.object({
  /** The chain of hashes at every so many steps, as hex. */
  marks: z.array(z.string().regex(/^[0-9a-f]{64}$/)).max(4096),
  ms,
})

export const measurement = measureRequest.extend({
  /** One thread by itself. */
  single: hashRun,
  /** One on each thread of the machine, at once. */
  all: z.array(hashRun).min(1).max(128),
  /** No machine has 16 TiB, nor copies a TiB in the time that it is given. */
  memory: z.object({
    totalBytes: z
      .int()
      .min(0)
      .max(2 ** 44),
    copiedBytes: z
      .int()
      .min(0)
      .max(2 ** 38),
    ms,
  }),
  storage: z.object({
    freeBytes: z
      .int()
      .min(0)
      .max(2 ** 50),
    /** Written and synced. */
    writtenBytes: z
      .int()
      .min(0)
      .max(2 ** 33),
    ms,
  }),
})

/** Which measurement is meant. */
export type MeasureRequest = z.infer<typeof measureRequest>
/** A chain of hashes that one thread made. */
export type HashRun = z.infer<typeof hashRun>
/** What a device found out about itself. */
export type Measurement = z.infer<typeof measurement>
