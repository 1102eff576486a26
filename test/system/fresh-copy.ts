import { execFileSync, spawn } from 'node:child_process'
import { cpSync, mkdtempSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Returns a new, empty folder. */
export function makeFolder(): string {
  return mkdtempSync(join(tmpdir(), 'nexqloud-'))
}

/** Returns a folder that holds the files of this repository and nothing that was installed. */
export function copyRepository(): string {
  const folder = makeFolder()
  const listed = execFileSync(
    'git',
    ['ls-files', '-z', '--cached', '--others', '--exclude-standard'],
    {
      cwd: root,
      encoding: 'utf8',
    },
  )
  for (const file of new Set(listed.split('\0').filter((name) => name !== ''))) {
    cpSync(join(root, file), join(folder, file))
  }
  return folder
}

/** How a start of `./nexqloud` ended. */
export type End = {
  /** Null where a signal ended it. */
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A start of `./nexqloud` that is under way. */
export type Start = {
  readonly ended: Promise<End>
  /** Resolves once standard error has said `text`; rejects where it ends without. */
  readonly said: (text: string) => Promise<void>
  readonly kill: (signal: NodeJS.Signals) => void
}

type StartOptions = {
  readonly args?: readonly string[]
  readonly cwd?: string
  /** Variables on top of this process's own. */
  readonly env?: Readonly<Record<string, string>>
}

/** Starts a `nexqloud` script. Packages come from npm's cache where it has them. */
export function start(
  script: string,
  { args = ['--version'], cwd = '/', env = {} }: StartOptions = {},
): Start {
  const child = spawn(script, args, {
    cwd,
    env: { ...process.env, npm_config_prefer_offline: 'true', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const text = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text.stdout += chunk
  })
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    text.stderr += chunk
  })
  const ended = new Promise<End>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (exitCode) => resolve({ exitCode, ...text }))
  })
  const said = (wanted: string) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        if (text.stderr.includes(wanted)) resolve()
      }
      child.stderr.on('data', look)
      child.once('close', () => reject(new Error(`It never said “${wanted}”, but: ${text.stderr}`)))
      look()
    })
  return { ended, said, kill: (signal) => void child.kill(signal) }
}

/** Returns a folder, to be used as `PATH`, in which only the named programs of this system exist. */
export function linkPrograms(names: readonly string[]): string {
  const folder = makeFolder()
  for (const name of names) {
    const program = execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim()
    symlinkSync(program, join(folder, name))
  }
  return folder
}
