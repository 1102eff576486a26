/** Commands about instances, typed before a masternode whose devices are in memory. */

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { systemClock } from '@nexqloud/kernel'

import { openNetwork, type Network } from '../../../packages/masternode/test/network.ts'
import { features } from '../src/features.ts'
import { createMemoryShell, type MemoryShell } from '../src/memory-shell.ts'
import { runProgram } from '../src/program.ts'
import { openScratchFolder } from '../src/scratch-folder.ts'

/** The only image that the devices of a test know: it has the programs serve, cat, size, done and fail. */
export const image = 'registry.test/a/web:1'

/** What a command printed. */
export type Typed = {
  readonly code: number
  readonly lines: readonly string[]
  readonly notes: readonly string[]
  /** The documents of `--json`. */
  readonly documents: readonly Readonly<Record<string, unknown>>[]
}

/** Types a command. */
export type Type = (
  args: readonly string[],
  more?: Partial<
    Pick<MemoryShell, 'streams' | 'signal' | 'printer' | 'openCluster' | 'connect'>
  > & {
    readonly answers?: readonly string[]
  },
) => Promise<Typed>

/** Opens a network of so many devices, which ends with the test. */
export async function openInstances(devices: number): Promise<Network & { readonly type: Type }> {
  const network = await openNetwork()
  for (let device = 1; device <= devices; device += 1) await network.join(`device-${device}`)
  return { ...network, type: createTyping(network) }
}

/** Returns how commands are typed before an API. */
export function createTyping({ client, streams }: Pick<Network, 'client' | 'streams'>): Type {
  return async (args, more = {}) => {
    using folder = openScratchFolder()
    const kubeconfig = join(folder.path, 'kubeconfig')
    writeFileSync(kubeconfig, 'of a test')
    const doors = { kubeconfig, gateway: 'http://127.0.0.1:8080' }
    writeFileSync(join(folder.path, 'endpoints.json'), JSON.stringify(doors))
    const shell = createMemoryShell({
      env: { NEXQLOUD_HOME: folder.path },
      clock: systemClock,
      openCluster: async () => ({ client: { ...client, close: async () => {} }, streams }),
      ...more,
    })
    const code = await runProgram(args, { features, shell })
    const { lines, notes } = shell.printer
    const documents = args.includes('--json')
      ? lines.map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>)
      : []
    return { code, lines, notes, documents }
  }
}
