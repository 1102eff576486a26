/** A masternode: its doors for devices and clients, joined to the controllers. */

export { createEmbeddedApi } from './api/embedded-api.ts'
export { createKubeconfigApi } from './api/kubeconfig-api.ts'
export type { DeviceRegistry, RegisteredDevice } from './device/device-registry.ts'
export { openMasternode, type Masternode, type MasternodeOptions } from './masternode.ts'
export { addresses } from './route/address.ts'
export type { RecordOptions } from './record/recorder.ts'
