import { z } from 'zod'

import type { ContainerId } from '../container/specification.ts'
import type { ImageId } from '../image/image.ts'

/** What we read of the engine's answers; all else in them is left alone. */

const hex64 = /^[0-9a-f]{64}$/

const containerId = z
  .string()
  .regex(hex64)
  .transform((id) => id as ContainerId)

/** Podman leaves `sha256:` out in some of its answers. */
const imageId = z.string().transform((id) => `sha256:${id.replace(/^sha256:/, '')}` as ImageId)

const labels = z
  .record(z.string(), z.string())
  .nullish()
  .transform((found) => found ?? {})

export const versionAnswer = z.object({
  Version: z.string(),
  Arch: z.string(),
  Components: z.array(z.object({ Name: z.string() })).optional(),
})

export const infoAnswer = z.object({
  NCPU: z.int().positive(),
  MemTotal: z.int().positive(),
  OSType: z.string(),
  SecurityOptions: z.array(z.string()).nullish(),
  CgroupDriver: z.string().optional(),
})

/** Podman alone answers this. */
export const libpodInfoAnswer = z.object({
  host: z.object({ security: z.object({ seccompProfilePath: z.string(), rootless: z.boolean() }) }),
})

export const containerListAnswer = z.array(
  z.object({
    Id: containerId,
    Names: z.array(z.string()),
    ImageID: imageId,
    State: z.string(),
    Labels: labels,
  }),
)

export const containerAnswer = z.object({
  Id: containerId,
  Name: z.string(),
  Created: z.string(),
  Image: imageId,
  Config: z.object({ Labels: labels, Tty: z.boolean() }),
  State: z.object({
    Status: z.string(),
    ExitCode: z.int(),
    OOMKilled: z.boolean(),
    Error: z.string(),
    StartedAt: z.string(),
    FinishedAt: z.string(),
    /** Of its first process, as the engine's machine numbers it; 0 where it does not run. */
    Pid: z.int().optional(),
  }),
  NetworkSettings: z.object({
    Networks: z
      .record(z.string(), z.object({ IPAddress: z.string(), MacAddress: z.string().optional() }))
      .nullish(),
  }),
})

export type ContainerAnswer = z.infer<typeof containerAnswer>

export const imageListAnswer = z.array(
  z.object({
    Id: imageId,
    RepoTags: z
      .array(z.string())
      .nullish()
      .transform((found) => found ?? []),
    RepoDigests: z
      .array(z.string())
      .nullish()
      .transform((found) => found ?? []),
    Size: z.int().nonnegative(),
  }),
)

export const imageAnswer = z.object({
  Id: imageId,
  Architecture: z.string(),
  Size: z.int().nonnegative(),
  RepoDigests: z
    .array(z.string())
    .nullish()
    .transform((found) => found ?? []),
})

export const networkListAnswer = z.array(
  z.object({ Name: z.string(), Internal: z.boolean(), Labels: labels }),
)

export const createdAnswer = z.object({ id: containerId })

export const execCreatedAnswer = z.object({ id: z.string() })

export const execAnswer = z.object({ Running: z.boolean(), ExitCode: z.int().nullish() })

const count = z.number().nonnegative()

export const statsAnswer = z.object({
  pids_stats: z.object({ current: count.optional() }),
  cpu_stats: z.object({ cpu_usage: z.object({ total_usage: count }) }),
  memory_stats: z.object({
    usage: count.optional(),
    stats: z
      .object({ total_inactive_file: count.optional(), inactive_file: count.optional() })
      .optional(),
  }),
  networks: z.record(z.string(), z.object({ rx_bytes: count, tx_bytes: count })).optional(),
})

export const eventAnswer = z.object({
  Type: z.string(),
  Action: z.string(),
  Actor: z.object({ ID: z.string(), Attributes: z.record(z.string(), z.string()).nullish() }),
  timeNano: z.number(),
})

/** One line of a pull's progress. */
export const pullLine = z.object({
  id: z.string().optional(),
  status: z.string().optional(),
  error: z.string().optional(),
  progressDetail: z.object({ current: count.optional(), total: count.optional() }).nullish(),
})
