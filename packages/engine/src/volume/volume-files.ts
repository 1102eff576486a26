import { open, readdir, rename, rm, stat, truncate } from 'node:fs/promises'
import { join } from 'node:path'

import { runProgram } from './run-program.ts'

/** What is being made, and what is being removed, begins so: who finds one at the start finishes or forgets it. */
const MAKING = '.making-'
const REMOVING = '.removing-'

/** How much is overwritten, read and compared at once: bytes. */
const PIECE_BYTES = 1 << 20

/** Makes a file in one step, as whoever looks at the folder sees it: all of it is on the disk, or nothing is there. */
export async function makeFile(
  folder: string,
  /** Fills a file and returns the name that it is to have. */
  fill: (path: string) => Promise<string>,
  making: string,
): Promise<string> {
  const path = join(folder, `${MAKING}${making}`)
  await rm(path, { force: true })
  const name = await fill(path)
  await syncPath(path)
  await rename(path, join(folder, name))
  await syncPath(folder)
  return join(folder, name)
}

/** Makes an empty ext4 in a file that takes no more of the disk than is written to it. */
export async function makeFileSystem(path: string, sizeBytes: number): Promise<void> {
  await createSparse(path, sizeBytes)
  // Nothing of it is kept for root: tenants have all that they asked for.
  await runProgram('mkfs.ext4', '-q', '-F', '-m', '0', '-E', 'nodiscard', path)
}

/** Copies a file with its holes. No blocks are shared: writing to what shares them would take others, which nobody has promised. */
export async function copyFile(from: string, to: string): Promise<void> {
  await runProgram('cp', '--reflink=never', '--sparse=always', from, to)
}

/** Has the ext4 in a file fill a larger one. */
export async function growFileSystem(path: string, sizeBytes: number): Promise<void> {
  await truncate(path, sizeBytes)
  // Its own check is wanted before it grows; what that mends, as a journal that was not played, is no failure.
  await runProgram('sh', '-c', 'e2fsck -f -p "$0" || [ $? -le 2 ]', path)
  await runProgram('resize2fs', path)
}

/** Returns the SHA-256 of a file: 64 hex digits. */
export async function digestOf(path: string): Promise<string> {
  return (await runProgram('sha256sum', path)).replace('\\', '').slice(0, 64)
}

/** Takes a file away: from now on nobody finds it, then its bytes are overwritten, then it goes. */
export async function wipeFile(folder: string, name: string): Promise<void> {
  const path = join(folder, name.startsWith(REMOVING) ? name : `${REMOVING}${name}`)
  if (!name.startsWith(REMOVING)) {
    await rename(join(folder, name), path)
    await syncPath(folder)
  }
  await overwrite(path)
  await rm(path)
  await syncPath(folder)
}

/** Forgets what was being made when somebody died, and removes what was being removed. */
export async function finishFiles(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name.startsWith(MAKING)) await rm(join(folder, name), { force: true })
    if (name.startsWith(REMOVING)) await wipeFile(folder, name)
  }
}

/** Returns how large a file is, and what the disk holds of it: bytes. */
export async function measureFile(
  path: string,
): Promise<{ readonly sizeBytes: number; readonly heldBytes: number }> {
  const { size: sizeBytes, blocks } = await stat(path)
  return { sizeBytes, heldBytes: blocks * 512 }
}

async function createSparse(path: string, sizeBytes: number): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.truncate(sizeBytes)
  } finally {
    await file.close()
  }
}

/** Writes zeros where there is something else: holes stay. */
async function overwrite(path: string): Promise<void> {
  const file = await open(path, 'r+')
  const [piece, zeros] = [Buffer.alloc(PIECE_BYTES), Buffer.alloc(PIECE_BYTES)]
  try {
    for (let at = 0; ; at += PIECE_BYTES) {
      const { bytesRead } = await file.read(piece, 0, PIECE_BYTES, at)
      if (bytesRead === 0) break
      const isEmpty = piece.compare(zeros, 0, bytesRead, 0, bytesRead) === 0
      if (!isEmpty) await file.write(zeros, 0, bytesRead, at)
    }
    await file.sync()
  } finally {
    await file.close()
  }
}

async function syncPath(path: string): Promise<void> {
  const file = await open(path, 'r')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}
