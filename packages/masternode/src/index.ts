/** A masternode: its doors for devices and clients, joined to the controllers. */

export { createEmbeddedApi } from './api/embedded-api.ts'
export { createKubeconfigApi } from './api/kubeconfig-api.ts'
export { createNetworkClock, type NetworkClock } from './clock/network-clock.ts'
export type { DeviceRegistry, RegisteredDevice } from './device/device-registry.ts'
export type { AnswerPod, AskingPod } from './device/pod-door.ts'
export { openMasternode, type Masternode, type MasternodeOptions } from './masternode.ts'
export { addresses } from './route/address.ts'
export { Exposures, type Exposure } from './route/exposures.ts'
export { chainAway, ownClockOff, ownClockRight } from './reach/own-happenings.ts'
export { createReach } from './reach/reach.ts'
export type { OwnHappening } from './record/own-event.ts'
export type { RecordOptions } from './record/recorder.ts'
