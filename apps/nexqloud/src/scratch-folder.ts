import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder that is gone once the test that made it has ended. */
export type ScratchFolder = Disposable & { readonly path: string }

/** Makes an empty folder for one test: `using folder = openScratchFolder()`. */
export function openScratchFolder(): ScratchFolder {
  const path = mkdtempSync(join(tmpdir(), 'nexqloud-'))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) }
}
