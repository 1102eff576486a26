import { randomBytes } from 'node:crypto'
import { statSync } from 'node:fs'
import { link, mkdir, open, readFile, rename, rm, stat, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'

/** How a file is written that must be there as a whole or not at all. */
export type WholeFile = {
  readonly file: string
  readonly text: string
  /** Rights of the file; unless said, only its owner may read it. */
  readonly mode?: number
}

/**
 * Makes a folder, and those that it lies in, for its owner alone; leaves one alone that is there. Node's own way tries for
 * ever where the system says of a folder that is there that it is not, as `/proc` does.
 */
export async function makePrivateFolder(folder: string): Promise<void> {
  try {
    await makeFolder(folder)
  } catch (error) {
    if (!isCode(error, 'ENOENT') || dirname(folder) === folder) throw error
    await makePrivateFolder(dirname(folder))
    await makeFolder(folder)
  }
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { mode: 0o700 })
  } catch (error) {
    const isThere = await stat(folder).then(
      (found) => found.isDirectory(),
      () => false,
    )
    if (!isThere) throw error
  }
}

/**
 * Writes a file unless one is there, and returns what the file then holds: whoever comes second, or comes again after a
 * crash, gets what the first has written.
 */
export async function writeOnce({ file, text, mode = 0o600 }: WholeFile): Promise<string> {
  const present = await readIfPresent(file)
  if (present !== undefined) return present
  const own = await writeBeside({ file, text, mode })
  try {
    await link(own, file)
    await syncFolder(dirname(file))
    return text
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error
    return await readFile(file, 'utf8')
  } finally {
    await unlink(own)
  }
}

/** Writes a file in the place of the one that is there, if any: a reader sees the old one or the new one. */
export async function replaceFile({ file, text, mode = 0o600 }: WholeFile): Promise<void> {
  await rename(await writeBeside({ file, text, mode }), file)
  await syncFolder(dirname(file))
}

/** Removes a file; leaves it at that where there is none. */
export async function removeIfPresent(file: string): Promise<void> {
  await rm(file, { force: true })
}

/** Returns what a file holds; `undefined` where there is none. */
export async function readIfPresent(file: string): Promise<string | undefined> {
  // An agent looks each second for files that are seldom there: a failure costs ten times as much.
  if (statSync(file, { throwIfNoEntry: false }) === undefined) return undefined
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined
    throw error
  }
}

/** Returns who reads a file, and again only where it is another one than before, or could not be read. */
export function createKeptReader<Content>(
  file: string,
  read: () => Promise<Content>,
): () => Promise<Content> {
  let kept: { readonly mark: string; readonly content: Content } | undefined
  return async () => {
    // Of before it is read: what comes in between is read the next time.
    const mark = markOf(file)
    if (kept?.mark !== mark) kept = { mark, content: await read() }
    return kept.content
  }
}

function markOf(file: string): string {
  const { ino, size, mtimeMs } = statSync(file, { throwIfNoEntry: false }) ?? {}
  return `${ino} ${size} ${mtimeMs}`
}

/** Is this the failure of the system with this code, e.g. `ENOENT`? */
export function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}

/** Writes to a name that nobody else uses, in the same folder, so that it can get its own name in one step. */
async function writeBeside({ file, text, mode }: Required<WholeFile>): Promise<string> {
  const own = `${file}.${randomBytes(6).toString('hex')}.new`
  const handle = await open(own, 'wx', mode)
  try {
    await handle.writeFile(text)
    await handle.sync()
    return own
  } catch (error) {
    await unlink(own)
    throw error
  } finally {
    await handle.close()
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
