import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const SETTING = '/proc/sys/net/ipv4/ip_forward'

/**
 * Writes down whether this machine forwards packets, which an engine switches on; returns how to put it back. What an `up` that was killed
 * wrote down stands.
 */
export async function rememberForwarding(runFolder: string): Promise<() => Promise<void>> {
  const before = await readFile(SETTING, 'utf8').catch(() => '')
  if (before.trim() === '0') await writeFile(fileOf(runFolder), before)
  return () => restoreForwarding(runFolder)
}

/** Puts back what was written down. */
export async function restoreForwarding(runFolder: string): Promise<void> {
  const before = await readFile(fileOf(runFolder), 'utf8').catch(() => undefined)
  if (before === undefined) return
  await writeFile(SETTING, before)
  await rm(fileOf(runFolder))
}

const fileOf = (runFolder: string): string => join(runFolder, 'forwarding')
