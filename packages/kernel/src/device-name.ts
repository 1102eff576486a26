import { parseDeviceId, type DeviceId } from './ids.ts'

/** The largest number of a device has ten digits. */
const NAME = /^device-([1-9]\d{0,9})$/
const MOST = 2 ** 32 - 1

/** Returns what a device is called on the API and in the record, e.g. `device-7`. */
export function nameOfDevice(device: DeviceId): string {
  return `device-${device}`
}

/** Returns the device that is called so; nothing where a name is no device's on the chain. */
export function deviceOfName(name: string): DeviceId | undefined {
  const number = Number(NAME.exec(name)?.[1] ?? 0)
  return number > 0 && number <= MOST ? parseDeviceId(number) : undefined
}
