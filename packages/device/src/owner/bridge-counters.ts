import { readdirSync } from 'node:fs'
import { join } from 'node:path'

import type { ContainerEngine } from '@nexqloud/engine'

import { readKernelFile } from './cgroup-files.ts'
import type { BridgeCounters } from './volume-meter.ts'

/** What the interfaces of all tenants' networks begin with. */
const PREFIX = 'tn'

/**
 * Returns what reads the counters of an owner's bridges; frames within a bridge are not in them. The engine is asked whose they
 * are only where there is one that was not there before. `root` is where `sys` is.
 */
export function createBridgeReader(
  engine: Pick<ContainerEngine, 'listNetworks'>,
  root = '/',
): () => Promise<BridgeCounters> {
  const folder = join(root, 'sys/class/net')
  let known = new Map<string, boolean>()
  return async () => {
    const names = listFolder(folder).filter((name) => name.startsWith(PREFIX))
    if (names.some((name) => !known.has(name))) {
      const ours = new Set((await engine.listNetworks()).map(({ bridge }) => bridge))
      known = new Map(names.map((name) => [name, ours.has(name)]))
    }
    return Object.fromEntries(
      names.filter((name) => known.get(name)).map((name) => [name, readCounters(folder, name)]),
    )
  }
}

function readCounters(folder: string, name: string): number {
  const read = (file: string): number =>
    Number(readKernelFile(join(folder, name, 'statistics', file)) ?? 0)
  return read('rx_bytes') + read('tx_bytes')
}

function listFolder(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
