import { join } from 'node:path'

import { countVolume, localMonthOf, volumeRecord, type BridgeCounters } from '@nexqloud/device'
import type { ImageCache, PullProgress } from '@nexqloud/engine'
import type { Clock } from '@nexqloud/kernel'

import { readStateFile } from '../state-file.ts'
import { replaceFile } from '../whole-file.ts'

/** What goes through tenants' networks, over restarts. */
export type VolumeCount = {
  /** Counts, writes it down now and then, and returns the bytes of this month. */
  readonly count: () => Promise<number>
  /** Writes it down. */
  readonly save: () => Promise<void>
  /** Returns a cache whose pulls count, too. */
  readonly countPulls: (images: ImageCache) => ImageCache
}

type VolumeParts = {
  readonly folder: string
  readonly clock: Pick<Clock, 'wallMs' | 'steadyMs'>
  readonly readBridges: () => Promise<BridgeCounters>
}

/** What an agent that is killed forgets of images; bridges go on counting by themselves. */
const SAVE_MS = 10_000

/** Opens the count of a device's folder; one that cannot be read begins anew. */
export async function openVolumeCount({
  folder,
  clock,
  readBridges,
}: VolumeParts): Promise<VolumeCount> {
  const file = join(folder, 'volume.json')
  let record = await readStateFile(file, volumeRecord)
  let saved = record
  let savedMs = clock.steadyMs()
  let pulledBytes = 0
  const save = async (): Promise<void> => {
    savedMs = clock.steadyMs()
    const text = JSON.stringify(record)
    if (record === undefined || text === JSON.stringify(saved)) return
    await replaceFile({ file, text })
    saved = record
  }
  return {
    save,
    count: async () => {
      const counters = await readBridges()
      const month = localMonthOf(clock.wallMs())
      record = countVolume(record, { month, counters, moreBytes: pulledBytes })
      pulledBytes = 0
      if (clock.steadyMs() - savedMs >= SAVE_MS) await save()
      return record.months[month] ?? 0
    },
    countPulls: (images) => ({
      ...images,
      pull: (request) => {
        let before = 0
        const onProgress = (progress: PullProgress): void => {
          pulledBytes += Math.max(0, progress.currentBytes - before)
          before = Math.max(before, progress.currentBytes)
          request.onProgress?.(progress)
        }
        return images.pull({ ...request, onProgress })
      },
    }),
  }
}
