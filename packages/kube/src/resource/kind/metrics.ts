import { fieldsOf, itemsOf, textValue, type JsonObject } from '../../json.ts'
import type { KubeObject } from '../../object.ts'
import type { ResourceType } from '../resource-type.ts'
import { column, nameColumn } from './column.ts'

/** What is used now. */
export type Usage = { readonly cpuMilli: number; readonly memoryBytes: number }

/** What each container of a pod uses. */
export type PodUsage = {
  readonly namespace: string
  readonly name: string
  readonly containers: readonly { readonly name: string; readonly usage: Usage }[]
}

/** Who knows what is used; asked for each request, and to answer at once. */
export type UsageReader = {
  readonly nodes: () => readonly { readonly name: string; readonly usage: Usage }[]
  readonly pods: () => readonly PodUsage[]
}

/** Seconds that a usage is the mean of. */
const WINDOW = '15s'

/** Returns the kinds that `kubectl top` asks for: nothing of them is stored. */
export function metricsTypes(reader: UsageReader, nowIso: () => string): readonly ResourceType[] {
  const base = {
    group: 'metrics.k8s.io',
    version: 'v1beta1',
    singular: '',
    shortNames: [],
    categories: [],
    hasStatus: false,
    hasGeneration: false,
    subresources: [],
    selectable: {},
    decode: (value: JsonObject) => ({ value, unknown: [], wrong: [] }),
    setDefaults: (object: KubeObject) => object,
    validate: () => [],
    mergesStrategically: false,
  }
  const object = (kind: string, metadata: KubeObject['metadata'], more: object): KubeObject => ({
    apiVersion: 'metrics.k8s.io/v1beta1',
    kind,
    metadata: { ...metadata, creationTimestamp: nowIso() },
    timestamp: nowIso(),
    window: WINDOW,
    ...more,
  })
  return [
    {
      ...base,
      kind: 'NodeMetrics',
      plural: 'nodes',
      isNamespaced: false,
      columns: [nameColumn, column('CPU', ({ usage }) => textValue(fieldsOf(usage)['cpu']))],
      listVirtual: () =>
        reader
          .nodes()
          .map(({ name, usage }) => object('NodeMetrics', { name }, { usage: usageToJson(usage) })),
    },
    {
      ...base,
      kind: 'PodMetrics',
      plural: 'pods',
      isNamespaced: true,
      columns: [nameColumn, column('Containers', ({ containers }) => itemsOf(containers).length)],
      listVirtual: () =>
        reader.pods().map(({ namespace, name, containers }) =>
          object(
            'PodMetrics',
            { namespace, name },
            {
              containers: containers.map((each) => ({
                name: each.name,
                usage: usageToJson(each.usage),
              })),
            },
          ),
        ),
    },
  ]
}

function usageToJson({ cpuMilli, memoryBytes }: Usage): JsonObject {
  return { cpu: `${Math.round(cpuMilli)}m`, memory: `${Math.round(memoryBytes / 1024)}Ki` }
}
