import { join } from 'node:path'

import { makePrivateFolder, readIfPresent, removeIfPresent, replaceFile } from '../whole-file.ts'

/** What the owner wants of the agent: `drain` empties it and keeps it running, `leave` ends it once it is empty. */
export type Wish = 'work' | 'drain' | 'leave'

/** Returns what is wanted, as it was said last; an agent reads it each second. */
export async function readWish(folder: string): Promise<Wish> {
  const text = (await readIfPresent(fileOf(folder)))?.trim()
  return text === 'drain' || text === 'leave' ? text : 'work'
}

/** Says what is wanted. It stays said until something else is. */
export async function writeWish(folder: string, wish: Wish): Promise<void> {
  if (wish === 'work') return removeIfPresent(fileOf(folder))
  await makePrivateFolder(folder)
  await replaceFile({ file: fileOf(folder), text: `${wish}\n` })
}

function fileOf(folder: string): string {
  return join(folder, 'wish')
}
