import { readdirSync, statfsSync, statSync } from 'node:fs'
import { join } from 'node:path'

import type { Clock } from '@nexqloud/kernel'

import { readKernelFile } from './cgroup-files.ts'
import { createEngineLoad } from './engine-load.ts'
import { createLoadMeter } from './load-meter.ts'
import type { OwnerSigns, SeenConditions } from './owner-signs.ts'

/** Where Linux tells what. */
export type LinuxSignsOptions = {
  readonly clock: Pick<Clock, 'steadyMs' | 'wallMs'>
  /** A folder on the disk that containers are on. */
  readonly diskFolder: string
  /** CPU that this process has used, in microseconds. */
  readonly ownCpuMicroseconds?: () => number
  /** Below it are `proc`, `sys` and `dev`. */
  readonly root?: string
}

/** Battery, heat and disk change slowly, and some sensors answer slowly. */
const SLOW_MS = 5000

/**
 * Returns the signs of this Linux machine. Input is seen at terminals (also remote ones) and at keyboards and touch pads that are
 * built in; what is plugged into USB is not seen.
 */
export function createLinuxSigns({
  clock,
  diskFolder,
  ownCpuMicroseconds = ownCpu,
  root = '/',
}: LinuxSignsOptions): OwnerSigns {
  const readLoad = createLoadMeter()
  const readInput = createInputWatch(root, clock)
  const readEngines = createEngineLoad(clock, root)
  let slow: SeenConditions = {}
  let slowMs = -Infinity
  return {
    read: (tenantCpuMicroseconds) => {
      const nowMs = clock.steadyMs()
      if (nowMs - slowMs >= SLOW_MS) {
        slowMs = nowMs
        slow = { ...readPower(root), ...readHeat(root), ...readDisk(diskFolder) }
      }
      const stat = readKernelFile(join(root, 'proc/stat')) ?? ''
      return {
        ...slow,
        othersCpuPercent: readLoad(
          stat,
          tenantCpuMicroseconds + ownCpuMicroseconds() + readEngines(),
        ),
        sinceInputMs: readInput(),
      }
    },
  }
}

function ownCpu(): number {
  const { user, system } = process.cpuUsage()
  return user + system
}

/** The kernel dates a terminal anew at most each eight seconds (tty_update_time). */
const TERMINAL_MS = 8000
/** Lines of /proc/interrupts that only a person at the machine makes rise. */
const INPUT_LINE = /i8042|i2c[-_]hid|touchpad|ELAN|SYNA/i

/** Returns how long ago somebody typed; nothing where this machine has neither terminals nor built-in keyboards. */
function createInputWatch(
  root: string,
  clock: LinuxSignsOptions['clock'],
): () => number | undefined {
  let before: string | undefined
  let [seenMs, readMs]: [number | undefined, number] = [undefined, -Infinity]
  return () => {
    const nowMs = clock.steadyMs()
    // The kernel counts long for them; where nothing is built in, nothing soon will be.
    if (before !== '' || nowMs - readMs >= SLOW_MS) {
      readMs = nowMs
      const interrupts = readKernelFile(join(root, 'proc/interrupts')) ?? ''
      const now = interrupts
        .split('\n')
        .filter((line) => INPUT_LINE.test(line))
        .join('\n')
      if (before !== undefined && now !== before) seenMs = nowMs
      before = now
    }
    const typed = readTerminals(join(root, 'dev/pts'))
      .map((atMs) => clock.wallMs() - atMs)
      // Of a terminal that was just opened; and clocks may be set.
      .map((ms) => (ms < TERMINAL_MS ? 0 : ms))
    const since = [...typed, ...(seenMs === undefined ? [] : [clock.steadyMs() - seenMs])]
    return since.length === 0 ? undefined : Math.min(...since)
  }
}

/** Returns when each terminal was read from last: what programs print counts for nothing. */
function readTerminals(folder: string): readonly number[] {
  try {
    return readdirSync(folder)
      .filter((name) => /^\d+$/.test(name))
      .map((name) => statSync(join(folder, name)).atimeMs)
  } catch {
    return []
  }
}

function readPower(root: string): Pick<SeenConditions, 'batteryPercent'> {
  const folder = join(root, 'sys/class/power_supply')
  const supplies = listFolder(folder).map(
    (name) => (file: string) => readKernelFile(join(folder, name, file)),
  )
  const isPlugged = supplies.some((read) => read('type') !== 'Battery' && read('online') === '1')
  const batteries = supplies.filter(
    // A mouse has a battery, too.
    (read) => read('type') === 'Battery' && read('scope') !== 'Device',
  )
  const isUsed = batteries.some((read) => read('status') === 'Discharging')
  if (isPlugged || !isUsed) return {}
  const levels = batteries.map((read) => Number(read('capacity'))).filter(Number.isFinite)
  return levels.length === 0 ? {} : { batteryPercent: Math.max(...levels) }
}

function readHeat(root: string): Pick<SeenConditions, 'celsius'> {
  const folder = join(root, 'sys/class/thermal')
  const found = listFolder(folder)
    .filter((name) => name.startsWith('thermal_zone'))
    .map((name) => Number(readKernelFile(join(folder, name, 'temp')) ?? Number.NaN) / 1000)
    // Zones that measure nothing say 0, or what no chip survives.
    .filter((celsius) => celsius > 0 && celsius < 130)
  return found.length === 0 ? {} : { celsius: Math.max(...found) }
}

function readDisk(folder: string): Pick<SeenConditions, 'freeDiskBytes'> {
  try {
    const { bavail, bsize } = statfsSync(folder)
    return { freeDiskBytes: bavail * bsize }
  } catch {
    return {}
  }
}

function listFolder(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
