import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'

/** Which Debian package brings which program. */
const sources = {
  dockerd: ['docker.io', 'iptables'],
  podman: ['podman', 'runc', 'netavark', 'aardvark-dns', 'iptables', 'catatonit'],
  'docker-registry': ['docker-registry'],
  busybox: ['busybox-static'],
  nft: ['nftables'],
} as const satisfies Record<string, readonly string[]>

type Program = keyof typeof sources

/**
 * Brings programs that are missing, where this is root on Debian. Returns why tests that need them have to be skipped;
 * nothing where all is there.
 */
export function bringPrograms(programs: readonly Program[]): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    return 'Container engines of their own are started by root on Linux only.'
  }
  const missing = programs.filter((program) => !isThere(program))
  if (missing.length === 0) return undefined
  if (!isThere('apt-get')) return `${missing.join(', ')} is missing, and there is no apt-get.`
  const names = missing.flatMap((program) => sources[program])
  try {
    apt(['update'])
    apt(['install', '-y', '--no-install-recommends', ...names])
  } catch {
    return `apt-get could not install ${names.join(' ')}.`
  }
  return missing.every(isThere) ? undefined : `${names.join(' ')} brought no ${missing.join(', ')}.`
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
