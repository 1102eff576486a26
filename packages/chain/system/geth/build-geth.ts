import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, renameSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** The version that go.mod beside this file pins. */
const version = '1.17.5'

/**
 * Returns the path of geth, built from the Go module proxy by the go.mod and go.sum beside this file: two minutes once,
 * then kept outside the checkout. Nothing where there is no Go to build it with.
 */
export function buildGeth(): string | undefined {
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache')
  const folder = join(cache, 'nexqloud/geth', `${version}-${process.platform}-${process.arch}`)
  const program = join(folder, 'geth')
  if (existsSync(program)) return program
  if (!hasGo()) return undefined
  mkdirSync(folder, { recursive: true })
  const unfinished = `${program}.${process.pid}`
  const source = 'github.com/ethereum/go-ethereum/cmd/geth'
  execFileSync(
    'go',
    ['build', '-mod=readonly', '-trimpath', '-ldflags=-s -w', '-o', unfinished, source],
    { cwd: import.meta.dirname, stdio: ['ignore', 'ignore', 'inherit'] },
  )
  renameSync(unfinished, program)
  return program
}

function hasGo(): boolean {
  try {
    execFileSync('go', ['version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
