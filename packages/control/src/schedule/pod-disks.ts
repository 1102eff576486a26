import type { Change } from '@nexqloud/kube'
import type { Blocked, Demand } from '@nexqloud/rules'

import type { Disk } from '../disk/disk.ts'
import { createGroups } from '../object/groups.ts'
import { labels } from '../object/names.ts'
import type { Pod } from '../object/object.ts'

/** The disks that pods are to have. */
export type PodDisks = {
  /** Takes note of what became of a disk; returns whether a pod may have another place now. */
  readonly follow: (change: Change<Disk>) => boolean
  readonly of: (pod: Pod) => readonly Disk[]
}

/** Returns that no pod has disks. */
export function createPodDisks(): PodDisks {
  const groups = createGroups<Disk>(({ metadata, spec: { attachment } }) =>
    attachment === undefined || attachment === null
      ? undefined
      : keyOf(metadata?.namespace, attachment.instance),
  )
  return {
    follow: (change) => {
      const isNews =
        change.type !== 'updated' ||
        change.previous.status?.device !== change.object.status?.device ||
        change.previous.spec.attachment?.instance !== change.object.spec.attachment?.instance
      return groups.follow(change).length > 0 && isNews
    },
    of: ({ metadata }) => groups.of(keyOf(metadata?.namespace, metadata?.name)),
  }
}

const keyOf = (namespace = '', name = ''): string => `${namespace}/${name}`

/** What a pod wants with its disks, or why it waits for these. */
export type DiskDemand =
  | { readonly demand: Demand; readonly why?: undefined }
  | { readonly demand?: undefined; readonly why: Blocked }

/**
 * Returns what a pod with disks wants: those that are on a device are there alone, those that are on none yet need room where it goes, and none is where no disks can
 * be.
 */
export function withDisks(demand: Demand, disks: readonly Disk[]): DiskDemand {
  if (disks.length === 0) return { demand }
  const nameOf = ({ metadata }: Disk): string => metadata?.name ?? ''
  const made = disks.filter(({ spec, status }) => spec.snapshot && !status?.device)
  if (made.length > 0) {
    return wait(`${made.map(nameOf).join(', ')} waits for the device that its snapshot is on`)
  }
  const placed = disks.flatMap((disk) =>
    disk.status?.device === undefined ? [] : [{ device: disk.status.device, disk: nameOf(disk) }],
  )
  const [home] = placed
  const other = placed.find(({ device }) => device !== home?.device)
  if (home !== undefined && other !== undefined) {
    const rest = 'a disk is on one device alone: detach one of them'
    return wait(`${home.disk} is on ${home.device}, ${other.disk} on ${other.device}; ${rest}`)
  }
  const fresh = disks.filter(({ status }) => status?.device === undefined)
  const moreBytes = fresh.reduce((sum, { spec }) => sum + spec.sizeBytes, 0)
  return {
    demand: {
      ...demand,
      asked: { ...demand.asked, diskBytes: demand.asked.diskBytes + moreBytes },
      labels: { ...demand.labels, [labels.disks]: 'true' },
      ...(home !== undefined && { home }),
    },
  }
}

function wait(text: string): DiskDemand {
  return { why: { by: 'disks', message: `blocked by disks: ${text}` } }
}
