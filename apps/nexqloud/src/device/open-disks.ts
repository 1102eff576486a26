import { statfs } from 'node:fs/promises'
import { join } from 'node:path'

import { createFileDiskBook, type AgentParts, type OwnerStanding } from '@nexqloud/device'
import { findMountObstacle, openLoopVolumes } from '@nexqloud/engine'

/** Returns where a device keeps the disks of its tenants. */
export function diskFolderOf(folder: string): string {
  return join(folder, 'disks')
}

/**
 * Opens a device's disks; nothing where this machine cannot have any, which is told to whoever asks why. What the owner wants to stay free is not given to them.
 *
 * @throws {@link VolumeFailedError}
 */
export async function openDisks(
  folder: string,
  {
    standing,
    onObstacle,
  }: {
    readonly standing: Pick<OwnerStanding, 'now'>
    readonly onObstacle: (why: string) => void
  },
): Promise<AgentParts['disks']> {
  const obstacle = await findMountObstacle()
  if (obstacle !== undefined) {
    onObstacle(obstacle)
    return undefined
  }
  const freeBytes = async (): Promise<number> => {
    const { bavail, bsize } = await statfs(folder)
    return bavail * bsize - (standing.now().limits.freeDiskBytes ?? 0)
  }
  const volumes = await openLoopVolumes({ folder: diskFolderOf(folder), freeBytes })
  return { volumes, book: createFileDiskBook(folder) }
}
