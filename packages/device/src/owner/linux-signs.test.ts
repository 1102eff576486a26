import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import { createManualClock, systemClock } from '@nexqloud/kernel'
import { expect, onTestFinished, test } from 'vitest'

import { createLinuxSigns } from './linux-signs.ts'
import { createLoadMeter } from './load-meter.ts'

const stat = (user: number, idle: number) => `cpu  ${user} 0 0 ${idle} 0 0 0 50 0 0\ncpu0 1 2 3\n`

test('the load of others is that of the machine without the tenants and the agent', () => {
  const read = createLoadMeter()
  expect(read(stat(0, 0), 0)).toBeUndefined()
  expect(read(stat(50, 50), 500_000)).toBe(0)
  // Over two looks: thirty of a hundred in one of them, and nothing in the other.
  expect(read(stat(100, 100), 700_000)).toBe(15)
  expect(read(stat(200, 100), 1_500_000)).toBe(25)
  expect(read('nonsense', 0)).toBeUndefined()
})

test('a machine that tells nothing limits nothing', () => {
  const { read } = setup()
  expect(read()).toEqual({ othersCpuPercent: undefined, sinceInputMs: undefined })
})

test('a battery counts where the machine is not plugged in, and that of a mouse does not', async () => {
  const { read, write, clock } = setup()
  write('sys/class/power_supply/BAT0/type', 'Battery\n')
  write('sys/class/power_supply/BAT0/status', 'Discharging\n')
  write('sys/class/power_supply/BAT0/capacity', '61\n')
  write('sys/class/power_supply/AC/type', 'Mains\n')
  write('sys/class/power_supply/AC/online', '0\n')
  write('sys/class/power_supply/mouse/type', 'Battery\n')
  write('sys/class/power_supply/mouse/scope', 'Device\n')
  write('sys/class/power_supply/mouse/status', 'Discharging\n')
  write('sys/class/power_supply/mouse/capacity', '99\n')
  expect(read().batteryPercent).toBe(61)
  write('sys/class/power_supply/AC/online', '1\n')
  await clock.pass(5000)
  expect(read().batteryPercent).toBeUndefined()
})

test('of all zones that measure the hottest counts', () => {
  const { read, write } = setup()
  for (const [zone, temp] of ['27800', '91500', '0', '-274000', '255000'].entries()) {
    write(`sys/class/thermal/thermal_zone${zone}/temp`, temp)
  }
  expect(read().celsius).toBe(91.5)
})

test('a built-in keyboard is seen when its interrupts rise, a terminal by when it was read', async () => {
  const { read, write, clock, root } = setup()
  const interrupts = (keys: number) => `  CPU0\n  1: ${keys} IO-APIC 1-edge i8042\n 24: 9 xhci\n`
  write('proc/interrupts', interrupts(7))
  expect(read().sinceInputMs).toBeUndefined()
  write('proc/interrupts', interrupts(8))
  expect(read().sinceInputMs).toBe(0)
  await clock.pass(3000)
  expect(read().sinceInputMs).toBe(3000)
  write('dev/pts/0', '')
  utimesSync(join(root, 'dev/pts/0'), 1, 2)
  await clock.pass(12_000)
  expect(read().sinceInputMs).toBe(14_000)
  utimesSync(join(root, 'dev/pts/0'), 14, 2)
  expect(read().sinceInputMs).toBe(0)
})

test('a machine without a built-in keyboard is not asked for one each time, and one that comes is seen', async () => {
  const { read, write, clock } = setup()
  write('proc/interrupts', '  CPU0\n 24: 9 xhci\n')
  expect(read().sinceInputMs).toBeUndefined()
  write('proc/interrupts', '  CPU0\n 51: 1 i2c_hid\n')
  expect(read().sinceInputMs).toBeUndefined()
  await clock.pass(5000)
  expect(read().sinceInputMs).toBe(0)
  write('proc/interrupts', '  CPU0\n 51: 2 i2c_hid\n')
  await clock.pass(500)
  expect(read().sinceInputMs).toBe(0)
})

test('this machine tells its load and its free disk', () => {
  const signs = createLinuxSigns({ clock: systemClock, diskFolder: tmpdir() })
  signs.read(0)
  expect(signs.read(0).freeDiskBytes).toBeGreaterThan(0)
})

/** A folder that looks like a machine's root. */
function setup() {
  const root = mkdtempSync(join(tmpdir(), 'nq-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
  const clock = createManualClock(0)
  const signs = createLinuxSigns({
    clock,
    root,
    diskFolder: join(root, 'nowhere'),
    ownCpuMicroseconds: () => 0,
  })
  return {
    root,
    clock,
    read: () => signs.read(0),
    write: (file: string, text: string) => {
      mkdirSync(dirname(join(root, file)), { recursive: true })
      writeFileSync(join(root, file), text)
    },
  }
}
