import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** The version of Kubernetes that `kube/go.mod` pins, as its programs are told it. */
const version = 'v1.36.3'

const stamp = ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version']
  .map((path) => `-X ${path}.gitVersion=${version}`)
  .join(' ')

/** Where each program's module lies, and its package. */
const programs = {
  etcd: { module: 'etcd', source: 'go.etcd.io/etcd/server/v3', flags: '-s -w' },
  'kube-apiserver': {
    module: 'kube',
    source: 'k8s.io/kubernetes/cmd/kube-apiserver',
    flags: `-s -w ${stamp}`,
  },
  'kube-scheduler': {
    module: 'kube',
    source: 'k8s.io/kubernetes/cmd/kube-scheduler',
    flags: `-s -w ${stamp}`,
  },
  kubectl: { module: 'kube', source: 'k8s.io/kubernetes/cmd/kubectl', flags: `-s -w ${stamp}` },
} as const

/**
 * Returns the path of a program of Kubernetes, built from the Go module proxy by the go.mod and go.sum beside this file:
 * five minutes for all of them once, then kept outside the checkout. Nothing where there is no Go to build it with.
 */
export function buildProgram(name: keyof typeof programs): string | undefined {
  const { module, source, flags } = programs[name]
  const folder = join(import.meta.dirname, module)
  const kept = join(cacheFolder(), hashOf(folder, flags))
  const program = join(kept, name)
  if (existsSync(program)) return program
  if (!hasGo()) return undefined
  mkdirSync(kept, { recursive: true })
  const unfinished = `${program}.${process.pid}`
  execFileSync(
    'go',
    ['build', '-mod=readonly', '-trimpath', `-ldflags=${flags}`, '-o', unfinished, source],
    {
      cwd: folder,
      env: { ...process.env, CGO_ENABLED: '0' },
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  )
  renameSync(unfinished, program)
  return program
}

function cacheFolder(): string {
  return join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'nexqloud/kube')
}

function hashOf(folder: string, flags: string): string {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch} ${flags}`)
  for (const file of ['go.mod', 'go.sum']) hash.update(readFileSync(join(folder, file)))
  return hash.digest('hex').slice(0, 16)
}

function hasGo(): boolean {
  try {
    execFileSync('go', ['version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
