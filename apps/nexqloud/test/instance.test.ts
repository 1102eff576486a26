/** The commands about instances, before a masternode whose devices are in memory. */

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { systemClock } from '@nexqloud/kernel'
import { expect, test } from 'vitest'

import { openNetwork, type Network } from '../../../packages/masternode/test/network.ts'
import { features } from '../src/features.ts'
import { createMemoryShell } from '../src/memory-shell.ts'
import { runProgram } from '../src/program.ts'
import { openScratchFolder } from '../src/scratch-folder.ts'
import { createMemoryStreams } from '../src/standard-streams.ts'

const image = 'registry.test/a/web:1'

test('an instance is launched, listed, stopped, started again and removed', async () => {
  const { type } = await setup({ devices: ['device-1'] })
  const [run] = (await type('run', image, '-p', '80/http', '-p', '5432', '--json')).documents
  expect(run).toMatchObject({ name: 'web', status: 'Running', device: 'device-1', isReady: true })
  const address = String(run?.['address'])
  expect(run?.['urls']).toEqual([
    `http://${address}:80`,
    `http://${address}:5432`,
    'http://web.default.localhost:8080',
  ])
  const { lines } = await type('ps')
  expect(lines[1]).toMatch(
    /^web {3}registry\.test\/a\/web:1 {2}Running \(\d+s\) {2}device-1 {2}127\.67\.\d+\.\d+:80,5432 +0 +\d+s$/,
  )
  expect((await type('stop', 'web')).lines).toEqual(['web'])
  expect((await type('ps')).lines).toEqual([
    'No instance runs; 1 at rest: nexqloud ps --all shows them.',
  ])
  expect((await type('ps', '--all')).lines[1]).toMatch(
    /^web .* Stopped \(\d+s\) .* UserStopped: stopped by user$/,
  )
  const [started] = (await type('start', 'web', '--json')).documents
  expect(started).toMatchObject({ status: 'Running', address })
  await expect(type('rm', 'web')).rejects.toMatchObject({ code: 'INSTANCE_UNCONFIRMED' })
  expect((await type('rm', '--yes', 'web')).lines).toEqual(['web'])
  expect((await type('ps', '-a')).lines).toEqual(['No instances: nexqloud run IMAGE launches one.'])
})

async function setup({ devices }: { readonly devices: readonly string[] }) {
  const network = await openNetwork()
  for (const name of devices) await network.join(name)
  return { network, type: createTyping(network) }
}

/** Returns how a command is typed, and what it prints. */
function createTyping({ client, streams }: Pick<Network, 'client' | 'streams'>) {
  return async (...args: readonly string[]) => {
    using folder = openScratchFolder()
    const kubeconfig = join(folder.path, 'kubeconfig')
    writeFileSync(kubeconfig, 'of a test')
    const doors = { kubeconfig, gateway: 'http://127.0.0.1:8080' }
    writeFileSync(join(folder.path, 'endpoints.json'), JSON.stringify(doors))
    const standard = createMemoryStreams()
    const shell = createMemoryShell({
      env: { NEXQLOUD_HOME: folder.path },
      clock: systemClock,
      streams: standard,
      openCluster: async () => ({ client: { ...client, close: async () => {} }, streams }),
    })
    const code = await runProgram(args, { features, shell })
    const { lines, notes } = shell.printer
    const documents = args.includes('--json')
      ? lines.map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>)
      : []
    return { code, lines, notes, documents, standard }
  }
}
