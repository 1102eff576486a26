import { disks, diskSnapshots, type Disk, type DiskAttachment } from '@nexqloud/control'

import { writtenKindOf, type Write } from '../resource/write.ts'
import type { VolumeName } from './volumes.ts'

const GIB = 2 ** 30

/** Makes the disk of a volume: a `Disk` of the Kubernetes API, of the same name. */
export function createDisk(
  { namespace, id }: VolumeName,
  {
    sizeGib,
    ...spec
  }: Pick<Disk['spec'], 'snapshot' | 'attachment'> & { readonly sizeGib: number },
): Write {
  return {
    type: 'create',
    kind: writtenKindOf(disks),
    object: { metadata: { namespace, name: id }, spec: { sizeBytes: sizeGib * GIB, ...spec } },
  }
}

/** Has it attached there, or nowhere. */
export function placeDisk(
  { namespace, id }: VolumeName,
  attachment: DiskAttachment | undefined,
): Write {
  return {
    type: 'patch',
    kind: writtenKindOf(disks),
    metadata: { namespace, name: id },
    body: { spec: { attachment: attachment ?? null } },
  }
}

/** Has its device erase it. */
export function removeDisk({ namespace, id }: VolumeName): Write {
  return { type: 'delete', kind: writtenKindOf(disks), metadata: { namespace, name: id } }
}

/** Has its device keep what it is now. */
export function createDiskSnapshot({ namespace, id }: VolumeName, disk: string): Write {
  return {
    type: 'create',
    kind: writtenKindOf(diskSnapshots),
    object: { metadata: { namespace, name: id }, spec: { disk } },
  }
}

/** Has the device erase it. */
export function removeDiskSnapshot({ namespace, id }: VolumeName): Write {
  return { type: 'delete', kind: writtenKindOf(diskSnapshots), metadata: { namespace, name: id } }
}

/** Returns what a device's name is called below `/mnt` in a container: `sdf` for `/dev/sdf`. */
export function folderOf(device: string): string {
  return device.replace(/^\/dev\//, '')
}
