import { readFile, writeFile } from 'node:fs/promises'

const file = '/proc/sys/net/ipv4/ip_forward'

/** Returns how to put back whether this machine forwards packets, which an engine switches on. */
export async function rememberForwarding(): Promise<() => Promise<void>> {
  const before = await readFile(file, 'utf8').catch(() => '')
  return async () => {
    if (before.trim() === '0') await writeFile(file, '0')
  }
}
