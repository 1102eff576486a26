import type { RunProcess } from '../run-process.ts'
import type { StageTools } from './stage.ts'

type MemoryToolsOptions = {
  readonly runProcess: RunProcess
  readonly files?: Readonly<Record<string, string>>
  readonly isSuperuser?: boolean
  readonly signal?: AbortSignal
}

/** Returns tools whose programs and files exist in memory alone. */
export function createMemoryTools({
  runProcess,
  files = {},
  isSuperuser = false,
  signal = new AbortController().signal,
}: MemoryToolsOptions): StageTools {
  return {
    root: '/repository',
    scratch: '/scratch',
    runProcess,
    readFile: (path) => files[path],
    isSuperuser,
    signal,
  }
}
