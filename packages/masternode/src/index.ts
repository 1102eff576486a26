/** A masternode: its doors for devices and clients, joined to the controllers. */

export { openDeviceDoor, type DeviceDoor, type DeviceDoorOptions } from './device/device-door.ts'
export type { DeviceRegistry, RegisteredDevice } from './device/device-registry.ts'
export { createCredentialReader } from './device/registry-credentials.ts'
export type { DeviceService } from './device/device-connection.ts'
