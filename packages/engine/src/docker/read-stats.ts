import type { z } from 'zod'

import type { ContainerStats } from '../container/container.ts'
import type { ContainerId } from '../container/specification.ts'
import { ContainerStateError } from '../errors.ts'
import { statsAnswer } from './answers.ts'
import type { Connection } from './connection.ts'
import { readState } from './container-status.ts'
import type { OwnedContainers } from './owned-containers.ts'

/** Reads what a container of the owner has used; of one that does not run, engines answer zeros or nothing. */
export async function readStats(
  { ask }: Connection,
  containers: OwnedContainers,
  id: ContainerId,
): Promise<ContainerStats> {
  const { State } = await containers.inspect(id)
  const state = readState(State.Status)
  if (state !== 'running') throw new ContainerStateError(id, { asked: 'be measured', state })
  const question = {
    asked: `measure container ${id.slice(0, 12)}`,
    call: (docker: Connection['docker']) =>
      docker.getContainer(id).stats({ stream: false, 'one-shot': true }),
  }
  return toStats(await ask(question, statsAnswer))
}

function toStats({
  cpu_stats: cpu,
  memory_stats: memory,
  pids_stats: pids,
  networks = {},
}: z.infer<typeof statsAnswer>): ContainerStats {
  const interfaces = Object.values(networks)
  // cgroup v1 names it with `total_`; Podman tells neither.
  const droppable = memory.stats?.total_inactive_file ?? memory.stats?.inactive_file ?? 0
  return {
    cpuNanoseconds: BigInt(cpu.cpu_usage.total_usage),
    memoryBytes: Math.max(0, (memory.usage ?? 0) - droppable),
    pids: pids.current ?? 0,
    receivedBytes: interfaces.reduce((sum, { rx_bytes: bytes }) => sum + bytes, 0),
    sentBytes: interfaces.reduce((sum, { tx_bytes: bytes }) => sum + bytes, 0),
  }
}
