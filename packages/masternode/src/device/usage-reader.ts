import type { PodUsage, UsageReader } from '@nexqloud/kube'

import type { DeviceConnection } from './device-connection.ts'

/** Returns who tells what devices said of their use; of a pod, its own device alone is heard. */
export function createUsageReader(
  connections: () => readonly Pick<DeviceConnection, 'device' | 'usage'>[],
): UsageReader {
  return {
    nodes: () =>
      connections().flatMap(({ device, usage }) =>
        usage === undefined ? [] : [{ name: device, usage: usage.node }],
      ),
    pods: () =>
      connections().flatMap(({ usage }): readonly PodUsage[] =>
        (usage?.pods ?? []).map(({ namespace, name, containers }) => ({
          namespace,
          name,
          containers: containers.map(({ name: container, cpuMilli, memoryBytes }) => ({
            name: container,
            usage: { cpuMilli, memoryBytes },
          })),
        })),
      ),
  }
}
