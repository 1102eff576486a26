import { readdir } from 'node:fs/promises'

import { nameOfDevice, type DeviceId } from '@nexqloud/kernel'

import { deviceFolderOf } from '../device/device-folder.ts'
import { readMembership } from '../device/membership.ts'

/** A device that has joined and that this `up` does not run. */
export type IdleDevice = { readonly number: number; readonly device: DeviceId }

/** Returns the devices of a data folder that joined in an earlier `up` and are more than are run now. */
export async function listIdleDevices(
  dataFolder: string,
  count: number,
): Promise<readonly IdleDevice[]> {
  const names = await readdir(dataFolder)
  const numbers = names.flatMap((name) => Number(/^device-(\d{1,4})$/.exec(name)?.[1] ?? []))
  const left = numbers.filter((number) => number > count).toSorted((one, other) => one - other)
  const found = await Promise.all(
    left.map(async (number) => {
      const joined = await readMembership(deviceFolderOf(dataFolder, String(number)))
      return joined === undefined ? [] : [{ number, device: joined.device }]
    }),
  )
  return found.flat()
}

/** Says what becomes of them; nothing where there are none. */
export function tellIdleDevices(devices: readonly IdleDevice[]): readonly string[] {
  const last = devices.at(-1)
  if (last === undefined) return []
  const names = devices.map(({ device }) => nameOfDevice(device)).join(', ')
  return [
    `Not started: ${names}, of an earlier up --devices ${last.number}. The network counts them as lost until up --devices ${last.number} starts them again.`,
  ]
}
