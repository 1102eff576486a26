import { fieldsOf, itemsOf, stringOf, type JsonObject } from '../../json.ts'
import type { KubeObject } from '../../object.ts'

/** Returns a pod with what it left out, as kube-apiserver fills it in. */
export function setPodDefaults(pod: KubeObject): KubeObject {
  const spec = pod.spec ?? {}
  const containers = itemsOf(spec['containers']).map(setContainerDefaults)
  const initContainers = itemsOf(spec['initContainers']).map(setContainerDefaults)
  return {
    ...pod,
    spec: {
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 30,
      dnsPolicy: 'ClusterFirst',
      schedulerName: 'default-scheduler',
      securityContext: {},
      enableServiceLinks: true,
      ...spec,
      ...(spec['containers'] === undefined ? {} : { containers }),
      ...(spec['initContainers'] === undefined ? {} : { initContainers }),
    },
    status: {
      phase: 'Pending',
      qosClass: qosClassOf([...containers, ...initContainers]),
      ...pod.status,
    },
  }
}

const probes = ['livenessProbe', 'readinessProbe', 'startupProbe']

function setContainerDefaults(container: JsonObject): JsonObject {
  const set = probes.filter((name) => container[name] !== undefined)
  const ports = itemsOf(container['ports']).map((port) => ({ protocol: 'TCP', ...port }))
  return {
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: isLatest(stringOf(container['image'])) ? 'Always' : 'IfNotPresent',
    ...container,
    resources: setRequests(fieldsOf(container['resources'])),
    ...(container['ports'] === undefined ? {} : { ports }),
    ...Object.fromEntries(set.map((name) => [name, setProbeDefaults(fieldsOf(container[name]))])),
  }
}

function isLatest(image: string): boolean {
  const tag = /:([^:/@]+)$/.exec(image)?.[1]
  return !image.includes('@') && (tag === undefined || tag === 'latest')
}

/** What is limited is also requested. */
function setRequests(resources: JsonObject): JsonObject {
  const limits = resources['limits']
  if (limits === undefined) return resources
  return { ...resources, requests: { ...fieldsOf(limits), ...fieldsOf(resources['requests']) } }
}

function setProbeDefaults(probe: JsonObject): JsonObject {
  const defaults = {
    timeoutSeconds: 1,
    periodSeconds: 10,
    successThreshold: 1,
    failureThreshold: 3,
  }
  const get = fieldsOf(probe['httpGet'])
  const httpGet = { path: '/', scheme: 'HTTP', ...get }
  return { ...defaults, ...probe, ...(probe['httpGet'] === undefined ? {} : { httpGet }) }
}

function qosClassOf(containers: readonly JsonObject[]): string {
  const resources = containers.map((container) => fieldsOf(container['resources']))
  const isEmpty = resources.every((each) =>
    ['limits', 'requests'].every((field) => Object.keys(fieldsOf(each[field])).length === 0),
  )
  if (isEmpty) return 'BestEffort'
  const isGuaranteed = resources.every((each) => {
    const [limits, requests] = [fieldsOf(each['limits']), fieldsOf(each['requests'])]
    return ['cpu', 'memory'].every(
      (name) => limits[name] !== undefined && limits[name] === requests[name],
    )
  })
  return isGuaranteed ? 'Guaranteed' : 'Burstable'
}
