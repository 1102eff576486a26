import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'

import {
  findCgroups,
  makeGroup,
  readKernelFile,
  removeEmptyGroup,
  removeGroup,
  writeKernelFile,
  type CgroupRoots,
} from './cgroup-files.ts'
import { CpuQuotas, type QuotaNotes } from './cpu-quotas.ts'
import type { GroupShare, GroupUse, TenantGroup } from './tenant-group.ts'

/** Which group, and on what machine. */
export type TenantGroupOptions = {
  /** As the engine says it, below the root of each controller. */
  readonly path: string
  readonly notes: QuotaNotes
  /** Those of the machine where they are left out. */
  readonly roots?: CgroupRoots | undefined
  readonly cpus?: number
}

/** Within each such period tenants run as long as their share of it; the kernel takes no less than the least. Microseconds. */
const PERIOD_US = 100_000
const LEAST_US = 1000

/** How much CPU beside a process of the owner's: `cpu.shares` of version 1, `cpu.weight` of version 2. */
const weights = {
  usual: { shares: 1024, weight: 100 },
  low: { shares: 102, weight: 10 },
  least: { shares: 2, weight: 1 },
} as const satisfies Record<GroupShare['weight'], { shares: number; weight: number }>

/** Opens a group in the kernel; nothing where this machine has no control groups. */
export function openTenantGroup({
  path,
  notes,
  roots = findCgroups(readKernelFile('/proc/self/mounts') ?? ''),
  cpus = availableParallelism(),
}: TenantGroupOptions): TenantGroup | undefined {
  if (roots === undefined) return undefined
  const places = {
    cpu: join(roots.cpu, path),
    cpuacct: join(roots.cpuacct, path),
    memory: join(roots.memory, path),
  }
  const remove = (): void => {
    for (const place of Object.values(places)) {
      removeGroup(place)
      removeEmptyGroup(dirname(place))
    }
  }
  const quotaOf = (share: number): number =>
    Math.max(LEAST_US, Math.round(share * cpus * PERIOD_US))
  if (roots.version === 1) {
    const quotas = new CpuQuotas(places.cpu, notes)
    const give = (share: GroupShare): void => {
      Object.values(places).forEach((place) => makeGroup(place))
      writeKernelFile(join(places.cpu, 'cpu.shares'), `${weights[share.weight].shares}`)
      quotas.hold(share.cpuShare === 1 ? Infinity : quotaOf(share.cpuShare))
      limitMemory(places.memory, version1, share.memoryBytes)
    }
    return { give, use: useOfVersion1(places), remove }
  }
  const give = ({ cpuShare, weight, memoryBytes }: GroupShare): void => {
    makeGroup(places.cpu)
    enableControllers(roots.cpu, path)
    const quota = cpuShare === 1 ? 'max' : quotaOf(cpuShare)
    writeKernelFile(join(places.cpu, 'cpu.max'), `${quota} ${PERIOD_US}`)
    writeKernelFile(join(places.cpu, 'cpu.weight'), `${weights[weight].weight}`)
    limitMemory(places.memory, version2, memoryBytes)
  }
  return { give, use: useOfVersion2(places.cpu), remove }
}

const version1 = { limit: 'memory.limit_in_bytes', held: 'memory.usage_in_bytes', none: '-1' }
const version2 = { limit: 'memory.max', held: 'memory.current', none: 'max' }
/** Of its pages of four KiB the kernel gives the whole ones. */
const PAGE_BYTES = 4096

function limitMemory(
  place: string,
  { limit, held, none }: typeof version1,
  memoryBytes: number | undefined,
): void {
  const file = join(place, limit)
  if (memoryBytes === undefined) {
    // Version 1 shows its largest number for none.
    const now = readKernelFile(file)
    if (now !== undefined && now !== none && Number(now) < 2 ** 60) writeKernelFile(file, none)
    return
  }
  // Below what is held version 1 refuses it, and version 2 kills for it.
  if (Number(readKernelFile(join(place, held)) ?? 0) > memoryBytes) return
  writeKernelFile(file, `${Math.floor(memoryBytes / PAGE_BYTES) * PAGE_BYTES}`)
}

/** A controller is there for a group once the one above hands it down. */
function enableControllers(root: string, path: string): void {
  let folder = root
  for (const name of path.split('/')) {
    const file = join(folder, 'cgroup.subtree_control')
    const enabled = readKernelFile(file)?.split(' ') ?? []
    const missing = ['cpu', 'memory'].filter((controller) => !enabled.includes(controller))
    if (missing.length > 0) writeKernelFile(file, missing.map((each) => `+${each}`).join(' '))
    folder = join(folder, name)
  }
}

function useOfVersion1(places: { readonly cpuacct: string; readonly memory: string }): GroupUse {
  return {
    cpuMicroseconds: () =>
      Number(readKernelFile(join(places.cpuacct, 'cpuacct.usage')) ?? 0) / 1000,
    memoryBytes: () => heldIn(places.memory, version1.held, 'total_inactive_file'),
  }
}

function useOfVersion2(place: string): GroupUse {
  return {
    cpuMicroseconds: () => fieldOf(readKernelFile(join(place, 'cpu.stat')), 'usage_usec'),
    memoryBytes: () => heldIn(place, version2.held, 'inactive_file'),
  }
}

function heldIn(place: string, file: string, unused: string): number {
  const held = Number(readKernelFile(join(place, file)) ?? 0)
  return Math.max(0, held - fieldOf(readKernelFile(join(place, 'memory.stat')), unused))
}

function fieldOf(text: string | undefined, name: string): number {
  return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text ?? '')?.[1] ?? 0)
}
