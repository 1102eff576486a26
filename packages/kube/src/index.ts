/** The Kubernetes API: an embedded server of it. */

export type { KubeObject, ObjectMeta, Wire } from './object.ts'
export { openLevelDisk } from './store/level-disk.ts'
export { createMemoryDisk } from './store/memory-disk.ts'
export { openObjectStore, type ObjectStore } from './store/object-store.ts'
