import { join } from 'node:path'

import { createTlsIdentity, createTlsKey, type TlsIdentity } from '@nexqloud/tunnel'

import { makePrivateFolder, readIfPresent, writeOnce } from '../whole-file.ts'
import { DeviceFileError } from './errors.ts'

/** Which of a data folder's devices is meant; the one without a name where it is left out. */
export type DeviceNameOptions = { readonly name?: string }

/** Where a device keeps what it is, below the data folder. */
export function deviceFolderOf(dataFolder: string, name?: string): string {
  return join(dataFolder, name === undefined ? 'device' : `device-${name}`)
}

/** Returns the device's TLS identity; its key is made at the first call, and stays. */
export async function makeIdentity(folder: string): Promise<TlsIdentity> {
  await makePrivateFolder(folder)
  const file = tlsKeyFileOf(folder)
  return toIdentity(await writeOnce({ file, text: createTlsKey() }), file)
}

/** Returns the device's TLS identity; `undefined` where it has none yet. */
export async function readIdentity(folder: string): Promise<TlsIdentity | undefined> {
  const file = tlsKeyFileOf(folder)
  const text = await readIfPresent(file)
  return text === undefined ? undefined : toIdentity(text, file)
}

/** Where the key lies that the chain knows the hash of. */
export function tlsKeyFileOf(folder: string): string {
  return join(folder, 'tls.pem')
}

async function toIdentity(keyPem: string, file: string): Promise<TlsIdentity> {
  try {
    return await createTlsIdentity(keyPem)
  } catch {
    throw new DeviceFileError(file, 'it is no Ed25519 key.')
  }
}
