import { execFileSync } from 'node:child_process'

import { instanceLogs, instances } from '@nexqloud/control'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

import { createCleanup } from '../../../packages/engine/system/lab/cleanup.ts'
import { bringPrograms } from '../../../packages/engine/system/lab/packages.ts'
import { openScratchFolder } from '../../../packages/engine/system/lab/scratch.ts'
import { sweepLab } from '../../../packages/engine/system/lab/sweep.ts'
import { makeImageLayout, type ImageLayout } from '../src/first-app/image-layout.ts'
import { openCloudLab, type CloudLab } from './cloud-lab.ts'
import { nameOf, openHomeDevice, type HomeDevice } from './home-device.ts'
import { createInternet } from './internet.ts'
import { command } from './lab-process.ts'
import { until } from './until.ts'

/** What a container wrote outlives its device, and the masternode that recorded it. */

const skip = bringPrograms(['dockerd', 'busybox', 'nft'])
const cleanup = createCleanup()
const web = { namespace: 'default', name: 'web' }
const lines = ['hello', 'world']

let cloud: CloudLab
let device: HomeDevice
let image: ImageLayout

beforeAll(async () => {
  if (skip !== undefined) return
  await sweepLab()
  const busybox = execFileSync('which', ['busybox'], { encoding: 'utf8' }).trim()
  image = await makeImageLayout(openScratchFolder(cleanup), {
    files: [{ path: 'bin/busybox', source: busybox }],
    architecture: process.arch === 'x64' ? 'amd64' : process.arch,
    command: ['/bin/busybox', 'sh', '-c', `echo ${lines.join('; echo ')}; sleep 100000`],
  })
  const internet = createInternet(cleanup)
  const home = internet.openHome()
  cloud = await openCloudLab(cleanup, internet.host)
  device = await openHomeDevice(cleanup, { home, cloud, image })
})
afterAll(() => cleanup.run())
beforeEach((context) => {
  if (skip !== undefined) context.skip(skip)
})

test('the log of a device whose engine is gone stays, also when the masternode is killed', async () => {
  const containers = [{ name: 'main', image: nameOf(image) }]
  const spec = { template: { spec: { schedulerName: 'nexqloud', containers } } }
  await cloud.client.create(instances, web, { metadata: { name: web.name }, spec })
  await until('the record has what it wrote', async () => {
    const log = await cloud.client.get(instanceLogs, { ...web, subresource: 'log' }).catch(() => {})
    return String(log?.lines.map(({ text }) => text)) === String(lines)
  })
  await device.agent.end('SIGKILL')
  device.cut()
  for (const { id } of await device.engine.listContainers()) {
    await device.engine.removeContainer(id)
  }
  expect(await readLog()).toMatchObject({ name: 'web', lines })
  await cloud.masternode.end('SIGKILL')
  cloud.masternode.start()
  await cloud.untilOpen()
  await until('the record is open again', async () => {
    const read = await readLog().catch(() => undefined)
    return String(read?.['lines']) === String(lines)
  })
})

function readLog() {
  return command(['logs', 'web', '--data', cloud.folder])
}
