import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, expect, test, vi } from 'vitest'

import { main } from './chain-process.ts'
import { processesOf, startUp, type UpProcess } from './up-process.ts'

/** The first of ten ports, below those that outgoing connections take. */
const PORT_BASE = 31_600
const DEVICES = 12
const INSTANCES = 30
/** How long is waited for what comes by itself. */
const patiently = { timeout: 120_000, interval: 500 }

const folder = mkdtempSync(join(tmpdir(), 'nexqloud-fleet-'))
const data = join(folder, 'data')
let up: UpProcess

beforeAll(async () => {
  up = await startFleet(DEVICES)
}, 300_000)
afterAll(async () => {
  await run('down', '--data', data)
  rmSync(folder, { recursive: true })
})

test('a network of devices in memory runs what it is asked to, and says that it is imitated', async () => {
  expect(await (await fetch(up.url)).text()).toContain('imitated by the engine "memory"')
  const many = ['run', 'nginx', '--name', 'web', '--count', String(INSTANCES)]
  const { exitCode, output } = await run(...many, '-p', '80', '--data', data)
  expect(output).toContain(`web-1 to web-${INSTANCES} run on ${DEVICES} devices`)
  expect(exitCode).toBe(0)
})

test('a fleet that is killed is started again, and all that it had runs again', async () => {
  const killed = fleetOf(data)
  process.kill(killed, 'SIGKILL')
  await vi.waitFor(() => expect(up.said()).toContain('fleet-1 was ended by SIGKILL'), patiently)
  await vi.waitFor(async () => {
    expect(fleetOf(data)).not.toBe(killed)
    const { output } = await run('ps', '--data', data)
    expect(output).toMatch(new RegExp(`^web-… .* ${INSTANCES} Running `, 'm'))
  }, patiently)
})

test('with fewer devices it goes on, registers none anew, and says which are left out', async () => {
  expect(await run('down', '--data', data)).toMatchObject({ exitCode: 0 })
  expect(processesOf(data)).toEqual([])
  // What was on the others waits until they are lost: the first app, too.
  up = await startFleet(3, ['--app', 'none'])
  expect(up.said()).toContain('9 devices of an earlier start are left out')
  const [last, next] = await Promise.all(
    [DEVICES, DEVICES + 1].map((id) => run('device', 'show', String(id), '--data', data)),
  )
  expect([last?.exitCode, next?.exitCode]).toEqual([0, 1])
})

test('an up that cannot start ends', async () => {
  const taken = createServer().listen(PORT_BASE + 100, '127.0.0.1')
  await once(taken, 'listening')
  const other = ['--data', join(folder, 'other'), '--port-base', String(PORT_BASE + 100)]
  const { exitCode, output } = await run('up', '--engine', 'memory', ...other)
  taken.close()
  expect(output).toContain('chain ended with exit code 1')
  expect(exitCode).toBe(1)
})

function startFleet(devices: number, more: readonly string[] = []): Promise<UpProcess> {
  return startUp(data, PORT_BASE, ['--devices', String(devices), '--engine', 'memory', ...more])
}

/** Returns the process of the only fleet of a folder's network. */
function fleetOf(dataFolder: string): number {
  const fleet = processesOf(dataFolder).find(({ command }) => command.includes(' fleet '))
  if (fleet === undefined) throw new TypeError(`No fleet runs from ${dataFolder}.`)
  return fleet.pid
}

/** Runs a command of the command line to its end. */
function run(...args: readonly string[]): Promise<{ exitCode: number; output: string }> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [main, ...args], (_, stdout, stderr) =>
      resolve({ exitCode: child.exitCode ?? 1, output: stdout + stderr }),
    )
  })
}
