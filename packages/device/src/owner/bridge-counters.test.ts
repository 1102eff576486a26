import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { expect, onTestFinished, test } from 'vitest'

import { createBridgeReader } from './bridge-counters.ts'

test("the bridges of our networks are read, nobody else's, and the engine is asked once for each new one", async () => {
  const root = mkdtempSync(join(tmpdir(), 'nq-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
  const addBridge = (name: string, received: number) => {
    const folder = join(root, 'sys/class/net', name, 'statistics')
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'rx_bytes'), `${received}\n`)
    writeFileSync(join(folder, 'tx_bytes'), '5\n')
  }
  const networks = [{ name: 'a', hasInternet: true, bridge: 'tn1' }]
  let asked = 0
  const read = createBridgeReader({ listNetworks: async () => ((asked += 1), networks) }, root)
  expect(await read()).toEqual({})
  addBridge('eth0', 1000)
  addBridge('tn1', 10)
  addBridge('tn2', 1000)
  expect(await read()).toEqual({ tn1: 15 })
  expect(await read()).toEqual({ tn1: 15 })
  expect(asked).toBe(1)
  networks.push({ name: 'b', hasInternet: true, bridge: 'tn3' })
  addBridge('tn3', 0)
  expect(await read()).toEqual({ tn1: 15, tn3: 5 })
  expect(asked).toBe(2)
})
