import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'

import { z } from 'zod'

import { listGroups, readKernelFile, writeKernelFile } from './cgroup-files.ts'
import { GroupFailedError } from './errors.ts'

const notesSchema = z.record(z.string(), z.number())

/** By the name of a container's group: the quota that it came with, which stays the same. Microseconds. */
type Notes = z.infer<typeof notesSchema>

/** Where it is remembered what containers came with, while they are held to less. */
export type QuotaNotes = {
  readonly load: () => Notes
  readonly save: (notes: Notes) => void
}

/** Returns notes in a file; one that cannot be read is as good as none. */
export function createFileQuotaNotes(folder: string): QuotaNotes {
  const file = join(folder, 'cpu-quotas.json')
  return {
    load: () => {
      try {
        return notesSchema.parse(JSON.parse(readKernelFile(file) ?? '{}'))
      } catch {
        return {}
      }
    },
    save: (notes) => {
      try {
        writeFileSync(`${file}.new`, JSON.stringify(notes), { mode: 0o600 })
        renameSync(`${file}.new`, file)
      } catch (error) {
        throw new GroupFailedError(file, error)
      }
    },
  }
}

/** Less the kernel does not take. */
const LEAST_US = 1000

/**
 * Holds the containers of a group to a quota together, by those of each: in version 1 a group may not have less than one in
 * it, and no container could be started in a group that was held down.
 */
export class CpuQuotas {
  readonly #folder: string
  readonly #notes: QuotaNotes
  #known: Notes

  constructor(folder: string, notes: QuotaNotes) {
    this.#folder = folder
    this.#notes = notes
    this.#known = notes.load()
  }

  /** Divides a quota as the containers' own ones are; each gets its own where there is enough. */
  hold(quotaUs: number): void {
    const own = this.#readOwn()
    const sum = Object.values(own).reduce((total, each) => total + each, 0)
    const factor = Math.min(1, quotaUs / Math.max(1, sum))
    // Noted first: whoever is killed in between knows what to give back.
    if (!isDeepStrictEqual(own, this.#known)) this.#notes.save(own)
    this.#known = own
    for (const [name, each] of Object.entries(own)) {
      this.#write(name, Math.max(LEAST_US, Math.floor(each * factor)))
    }
  }

  #readOwn(): Notes {
    const own: Notes = {}
    for (const name of listGroups(this.#folder)) {
      const now = Number(readKernelFile(this.#fileOf(name)) ?? -1)
      // What the engine itself has there is not limited.
      if (now > 0) own[name] = Math.max(now, this.#known[name] ?? 0)
    }
    return own
  }

  #write(name: string, quotaUs: number): void {
    try {
      writeKernelFile(this.#fileOf(name), `${quotaUs}`)
    } catch (error) {
      if (readKernelFile(this.#fileOf(name)) !== undefined) throw error
    }
  }

  #fileOf(name: string): string {
    return join(this.#folder, name, 'cpu.cfs_quota_us')
  }
}
