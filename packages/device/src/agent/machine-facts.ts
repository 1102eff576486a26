import { statfs } from 'node:fs/promises'

import type { ContainerEngine } from '@nexqloud/engine'

import type { MachineFacts } from '../protocol/agent-protocol.ts'

/** Returns what the device is; `folder` is on the disk that the engine keeps containers on. */
export async function readMachineFacts(
  engine: Pick<ContainerEngine, 'information'>,
  folder: string,
): Promise<Omit<MachineFacts, 'isDraining' | 'owner' | 'offered'>> {
  const { cpus, memoryBytes, architecture, name, version } = await engine.information()
  const { blocks, bavail, bsize } = await statfs(folder)
  return {
    cpus,
    memoryBytes,
    diskBytes: blocks * bsize,
    freeDiskBytes: bavail * bsize,
    architecture,
    engine: { name, version },
  }
}
