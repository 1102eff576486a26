/** The Kubernetes API: an embedded server of it, and one client for that and for any other Kubernetes. */

export { ApiUnreachableError, InvalidKubeconfigError } from './client/errors.ts'
export { createInProcessTransport } from './client/in-process-transport.ts'
export { createInformer, type Change, type Informer } from './client/informer.ts'
export { kinds, type Kind, type ObjectName } from './client/kind.ts'
export { createKubeClient, type KubeClient, type ObjectEvent } from './client/kube-client.ts'
export { openKubeconfig } from './client/kubeconfig.ts'
export { createKubeconfigStreams, type ContainerStreams } from './client/kubeconfig-streams.ts'
export { openKubeconfigTransport } from './client/kubeconfig-transport.ts'
export type { Transport } from './client/transport.ts'
export type { KubeObject, ObjectMeta, Wire } from './object.ts'
export { openHttpServer } from './http/http-server.ts'
export type { HttpServer } from './http/listen.ts'
export { ageOf } from './resource/age.ts'
export { podStatusOf } from './resource/kind/pod-columns.ts'
export type { PodUsage, Usage, UsageReader } from './resource/kind/metrics.ts'
export { openKubeletServer } from './http/kubelet-server.ts'
export { EMBEDDED_BUILD } from './server/discovery.ts'
export { openApiServer, type Aggregated, type ApiServer } from './server/api-server.ts'
export type {
  ContainerTarget,
  KubeletStreams,
  LogOptions,
  ProcessRequest,
  TerminalSize,
} from './server/streams/kubelet-streams.ts'
export { ADMINISTRATORS, type User } from './server/user.ts'
export type { Json, JsonObject } from './json.ts'
export { isRefusedForGood, StatusError, type Status } from './status-error.ts'
export { openLevelDisk } from './store/level-disk.ts'
export { createMemoryDisk } from './store/memory-disk.ts'
export { openObjectStore, type ObjectStore } from './store/object-store.ts'
