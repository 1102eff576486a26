import { join } from 'node:path'

import { createTlsIdentity, createTlsKey, type TlsIdentity } from '@nexqloud/tunnel'
import { z } from 'zod'

import { DeviceFileError } from '../device/errors.ts'
import { isStillRunning } from '../process.ts'
import { readStateFile } from '../state-file.ts'
import { makePrivateFolder, readIfPresent, replaceFile } from '../whole-file.ts'

/** Where a fleet keeps what it is, below the data folder. */
export function fleetFolderOf(dataFolder: string, name: string): string {
  return join(dataFolder, 'fleets', name)
}

const END = '-----END PRIVATE KEY-----\n'

/**
 * Returns the TLS identities of a fleet's first devices; keys are made where there are fewer, and stay.
 *
 * @throws {@link DeviceFileError}
 */
export async function makeFleetIdentities(
  folder: string,
  count: number,
): Promise<readonly TlsIdentity[]> {
  await makePrivateFolder(folder)
  const file = join(folder, 'keys.pem')
  const present = splitKeys((await readIfPresent(file)) ?? '')
  const missing = Math.max(0, count - present.length)
  const keys = [...present, ...Array.from({ length: missing }, () => createTlsKey())]
  if (missing > 0) await replaceFile({ file, text: keys.join('') })
  try {
    return await Promise.all(keys.slice(0, count).map((key) => createTlsIdentity(key)))
  } catch {
    throw new DeviceFileError(file, 'it does not hold Ed25519 keys one after the other.')
  }
}

function splitKeys(text: string): readonly string[] {
  return text
    .split(END)
    .filter((part) => part.trim() !== '')
    .map((part) => `${part}${END}`)
}

const fleetStatus = z.object({
  pid: z.int(),
  /** When that process began, as `process.ts` tells it. */
  born: z.string().exactOptional(),
  /** How many devices it is to have; how many of those the chain knows, may work, and have a link. */
  devices: z.int(),
  registered: z.int(),
  active: z.int(),
  linked: z.int(),
  /** Why some have no link. */
  trouble: z.string().exactOptional(),
})

/** How a fleet is. */
export type FleetStatus = z.infer<typeof fleetStatus>

/** Returns what the process of a fleet says of itself; `undefined` where none runs. */
export async function readFleetStatus(folder: string): Promise<FleetStatus | undefined> {
  const status = await readStateFile(statusFileOf(folder), fleetStatus)
  return status !== undefined && isStillRunning(status) ? status : undefined
}

/** Says it, as a whole. */
export async function writeFleetStatus(folder: string, status: FleetStatus): Promise<void> {
  await replaceFile({ file: statusFileOf(folder), text: `${JSON.stringify(status)}\n` })
}

/** Where {@link writeFleetStatus} says it. */
export function statusFileOf(folder: string): string {
  return join(folder, 'status.json')
}
