import type { DiskAttachment } from '@nexqloud/control'

import type { VolumeSpec } from '../resource/kinds.ts'
import { folderOf } from './disk-object.ts'

/** Returns where a volume's disk is to be; nothing of one that is attached nowhere. */
export function wantedPlace({
  Attachments: [first] = [],
}: Pick<VolumeSpec, 'Attachments'>): DiskAttachment | undefined {
  if (first === undefined) return undefined
  return { instance: first.InstanceId ?? '', at: folderOf(first.Device ?? '') }
}
