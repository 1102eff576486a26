import { join, resolve } from 'node:path'

import { readIfPresent, removeIfPresent, replaceFile } from '../whole-file.ts'

/** Keeps in mind that a network uses an engine that is not its own: what is on it outlives an `up` that is killed. */
export async function rememberEngine(dataFolder: string, socketPath: string): Promise<void> {
  await replaceFile({ file: fileOf(dataFolder), text: resolve(socketPath) })
}

/** Returns the socket of the engine that may have something of the network still. */
export async function readUsedEngine(dataFolder: string): Promise<string | undefined> {
  return readIfPresent(fileOf(dataFolder))
}

/** Nothing of the network is on this engine any more. */
export async function forgetEngine(dataFolder: string, socketPath: string): Promise<void> {
  const used = await readUsedEngine(dataFolder)
  if (used === resolve(socketPath)) await removeIfPresent(fileOf(dataFolder))
}

const fileOf = (dataFolder: string): string => join(dataFolder, 'used-engine')
