import { z } from 'zod'

import { hoursOfWeek } from './hours.ts'

const percent = z.number().gt(0).max(100)
const bytes = z
  .int()
  .min(0)
  .max(2 ** 50)

/** What an owner may say; what is not said is not limited. */
export const ownerLimits = z.strictObject({
  /** Of all CPUs of the machine. */
  cpuPercent: percent.optional(),
  /** Of all tenants together. */
  memoryBytes: bytes.optional(),
  /** What stays free on the disk that containers are on. */
  freeDiskBytes: bytes.optional(),
  /** In and out, in a calendar month. */
  volumeBytesPerMonth: bytes.optional(),
  /** When tenants may run at all, in local time. */
  hours: hoursOfWeek.optional(),
  /** Unplugged, tenants run while the battery has more than that; 100 means never. */
  batteryPercent: z.number().min(0).max(100).optional(),
  /** From here on tenants yield. */
  warmCelsius: z.number().min(20).max(120).optional(),
  /** From here on they pause. */
  hotCelsius: z.number().min(20).max(120).optional(),
  /** Others' processes that use more of all CPUs than that are the owner's being active. */
  busyPercent: percent.optional(),
})

/** What the owner of a device allows. */
export type OwnerLimits = z.infer<typeof ownerLimits>

/** What holds for an owner who has said nothing: one never to notice that tenants are there. */
export const limitsByDefault: OwnerLimits = Object.freeze({
  /** An idle desktop uses some 5; whoever is served by a tenth of a core less does not notice. */
  busyPercent: 25,
  batteryPercent: 100,
  /** Below where processors slow themselves down, at 95 to 105, and fans are loud. */
  warmCelsius: 80,
  hotCelsius: 90,
})

/** What holds on a machine that is there for tenants alone. */
export const unlimited: OwnerLimits = Object.freeze({})
