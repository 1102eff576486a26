import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

/** Which Debian package brings which program. */
const sources = {
  dockerd: ['docker.io', 'iptables'],
  podman: ['podman', 'runc', 'netavark', 'aardvark-dns', 'iptables', 'catatonit'],
  'docker-registry': ['docker-registry'],
  busybox: ['busybox-static'],
  nft: ['nftables'],
  nginx: ['nginx-light'],
  ip: ['iproute2'],
} as const satisfies Record<string, readonly string[]>

type Program = keyof typeof sources

/** What a program does not run without, where Debian only recommends it: somebody may have installed the program alone. */
const companions: Partial<Record<Program, readonly string[]>> = {
  podman: ['/usr/lib/podman/netavark', '/usr/bin/catatonit', '/usr/sbin/runc'],
}

/**
 * Brings programs that are missing, where this is root on Debian. Returns why tests that need them have to be skipped;
 * nothing where all is there.
 */
export function bringPrograms(programs: readonly Program[]): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    return 'Container engines of their own are started by root on Linux only.'
  }
  if (!mayMakeNamespaces()) return 'This root may make no network namespaces.'
  const missing = (['ip', ...programs] as const).filter((program) => !isWhole(program))
  if (missing.length === 0) return undefined
  if (!isThere('apt-get')) return `${missing.join(', ')} is missing, and there is no apt-get.`
  const names = missing.flatMap((program) => sources[program])
  try {
    apt(['update'])
    apt(['install', '-y', '--no-install-recommends', ...names])
  } catch {
    return `apt-get could not install ${names.join(' ')}.`
  }
  return missing.every(isWhole) ? undefined : `${names.join(' ')} brought no ${missing.join(', ')}.`
}

/** In a container root often may not. */
function mayMakeNamespaces(): boolean {
  return spawnSync('unshare', ['--net', '--mount', 'true']).status === 0
}

function isWhole(program: Program): boolean {
  return isThere(program) && (companions[program] ?? []).every((file) => existsSync(file))
}

function isThere(program: string): boolean {
  return ['/usr/bin', '/usr/sbin', '/bin', '/sbin'].some((folder) =>
    existsSync(`${folder}/${program}`),
  )
}

function apt(args: readonly string[]): void {
  // Services are started by the tests alone, not by their packages.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' }
  execFileSync('apt-get', args, { env, stdio: 'ignore' })
}
