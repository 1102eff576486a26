import { join } from 'node:path'

import { limitsByDefault, ownerLimits, type OwnerLimits, type OwnerWishes } from '@nexqloud/device'
import { z } from 'zod'

import {
  createKeptReader,
  makePrivateFolder,
  readIfPresent,
  removeIfPresent,
  replaceFile,
} from '../whole-file.ts'
import { DeviceFileError } from './errors.ts'

const pause = z.object({
  since: z.iso.datetime(),
  /** Its end; without one it lasts until it is ended. */
  until: z.iso.datetime().optional(),
})

/** That the owner wants nothing to run. */
export type Pause = z.infer<typeof pause>

/** Returns what the owner allows: the usual where nothing was said. @throws {@link DeviceFileError} */
export async function readLimits(folder: string): Promise<OwnerLimits> {
  const hint = 'nexqloud device limits --reset replaces it by the usual limits.'
  return (await readJson(limitsFileOf(folder), ownerLimits, hint)) ?? limitsByDefault
}

/** Says what the owner allows; an agent that runs follows within a second. */
export async function writeLimits(folder: string, limits: OwnerLimits): Promise<void> {
  await makePrivateFolder(folder)
  await replaceFile({ file: limitsFileOf(folder), text: `${JSON.stringify(limits)}\n` })
}

/** Says it unless something was said before. */
export async function writeLimitsOnce(folder: string, limits: OwnerLimits): Promise<void> {
  if ((await readIfPresent(limitsFileOf(folder))) === undefined) await writeLimits(folder, limits)
}

/** Returns the pause that holds at a moment; nothing where none does. @throws {@link DeviceFileError} */
export async function readPause(folder: string, nowMs: number): Promise<Pause | undefined> {
  const hint = 'nexqloud device resume ends the pause, nexqloud device pause says it anew.'
  const found = await readJson(pauseFileOf(folder), pause, hint)
  return found?.until !== undefined && Date.parse(found.until) <= nowMs ? undefined : found
}

/** Whether a pause holds at a moment, or one was said that cannot be read. */
export async function isPaused(folder: string, nowMs: number): Promise<boolean> {
  try {
    return (await readPause(folder, nowMs)) !== undefined
  } catch (failure) {
    if (failure instanceof DeviceFileError) return true
    throw failure
  }
}

/** Says that nothing is to run, or that it may again. */
export async function writePause(folder: string, wanted: Pause | undefined): Promise<void> {
  if (wanted === undefined) return removeIfPresent(pauseFileOf(folder))
  await makePrivateFolder(folder)
  await replaceFile({ file: pauseFileOf(folder), text: `${JSON.stringify(wanted)}\n` })
}

/** Returns who reads all that an owner of a device said, often: the limits only where somebody has said others. It throws {@link DeviceFileError}. */
export function createWishesReader(folder: string): (nowMs: number) => Promise<OwnerWishes> {
  const limits = createKeptReader(limitsFileOf(folder), () => readLimits(folder))
  return async (nowMs) => {
    const [said, paused] = [await limits(), await readPause(folder, nowMs)]
    return { limits: said, isPaused: paused !== undefined }
  }
}

async function readJson<Schema extends z.ZodType>(
  file: string,
  schema: Schema,
  hint: string,
): Promise<z.infer<Schema> | undefined> {
  const text = await readIfPresent(file)
  if (text === undefined) return undefined
  try {
    return schema.parse(JSON.parse(text))
  } catch (error) {
    throw new DeviceFileError(
      file,
      error instanceof z.ZodError ? z.prettifyError(error) : 'it is no JSON.',
      hint,
    )
  }
}

function limitsFileOf(folder: string): string {
  return join(folder, 'limits.json')
}

function pauseFileOf(folder: string): string {
  return join(folder, 'pause.json')
}
