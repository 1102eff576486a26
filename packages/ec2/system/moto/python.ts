import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** Every package, by its version: moto's of the suite, and what it needs. */
const requirements = join(import.meta.dirname, 'requirements.txt')

/** A Python with what tests need of it. */
export type Python = {
  readonly program: string
  /** The folder of what was installed beside it. */
  readonly programs: string
}

/** Returns a Python of its own, made once and kept outside the repository; why there is none where it cannot be had. */
export function bringPython(): Python | { readonly missing: string } {
  const name = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 16)
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache')
  const folder = join(cache, 'nexqloud/python', name)
  const python = { program: join(folder, 'bin/python'), programs: join(folder, 'bin') }
  const mark = join(folder, 'whole')
  if (existsSync(mark)) return python
  try {
    mkdirSync(join(cache, 'nexqloud/python'), { recursive: true })
    execFileSync('python3', ['-m', 'venv', '--clear', folder], { stdio: 'pipe' })
    const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check']
    execFileSync(python.program, [...install, '-r', requirements], { stdio: 'pipe' })
  } catch (failure) {
    const why = failure instanceof Error ? failure.message.split('\n')[0] : String(failure)
    return { missing: `A Python with moto and boto3 cannot be had here: ${why}` }
  }
  writeFileSync(mark, '')
  return python
}
