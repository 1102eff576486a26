import { instances } from '@nexqloud/control'
import { kinds } from '@nexqloud/kube'
import type { WitnessFile } from '@nexqloud/store'
import { expect, onTestFinished, test, vi } from 'vitest'

import { bringPrograms } from '../../engine/system/lab/packages.ts'
import { buildProgram } from '../../kube/system/kubernetes/build-programs.ts'
import { startKubernetes } from '../../kube/system/kubernetes/kubernetes-process.ts'
import { ask } from '../test/origin.ts'
import { openRegionLab, type RegionLab } from './region-lab.ts'

const start = startKubernetes({
  etcd: buildProgram('etcd'),
  apiserver: buildProgram('kube-apiserver'),
})
const missing = bringPrograms(['dockerd', 'docker-registry', 'busybox', 'nft'])
const DEVICES = 12
const MASTERNODES = 3
/** How long masternodes are killed: milliseconds. */
const KILLING_MS = Number(process.env['NEXQLOUD_TEST_KILLING_SECONDS'] ?? 60) * 1000
const script = 'mkdir /www; echo hello > /www/index.html; exec httpd -f -p 8080 -h /www'
const late = { timeout: 90_000, interval: 250 }

test(
  'masternodes are killed, or cut off from Kubernetes alone, in any order, one always alive: no container notices, no visitor waits for ten seconds',
  async (context) => {
    if (start === undefined) {
      context.skip('Go is missing, which builds kube-apiserver')
      return
    }
    if (missing !== undefined) context.skip(missing)
    const lab = await openRegionLab(await start(), { masternodes: MASTERNODES, devices: DEVICES })
    onTestFinished(lab.close)
    for (let number = 1; number <= MASTERNODES; number += 1) lab.start(number)
    const addresses = await launch(lab)
    const before = await lab.containers()
    expect(before).toHaveLength(DEVICES)
    const stopped = new AbortController()
    const visits = addresses.map((address) => visit(address, stopped.signal))
    await takeInTurns(lab)
    stopped.abort()
    const longest = await Promise.all(visits)
    expect(await lab.containers()).toEqual(before)
    await context.annotate(`masternodes’ minutes: ${countMinutes(await lab.witnessed())}`)
    expect(Math.max(...longest)).toBeLessThan(10_000)
    await context.annotate(`longest silences in ms: ${longest.map(Math.round).join(' ')}`)
  },
  120_000 + KILLING_MS * 2,
)

/** Returns how many minutes masternodes were up in; in each they have seen all devices. */
function countMinutes(files: readonly WitnessFile[]): number {
  const up = files.filter((file) => file.up[0] === 1)
  for (const { devices } of up) expect(devices.size).toBe(DEVICES)
  return up.length
}

/** Starts an instance for each device, and returns their addresses once all answer. */
async function launch({ client, image }: RegionLab): Promise<readonly string[]> {
  const container = {
    name: 'main',
    image,
    command: ['sh', '-c', script],
    ports: [{ containerPort: 8080 }],
    readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 },
  }
  const spec = { schedulerName: 'nexqloud', containers: [container] }
  const names = Array.from({ length: DEVICES }, (_, index) => `web-${index + 1}`)
  const metadata = { labels: { 'nexqloud.io/group': 'web' } }
  await vi.waitFor(() => client.list(instances), late)
  await vi.waitFor(async () => {
    const { items } = await client.list(kinds.nodes)
    expect(items).toHaveLength(DEVICES)
  }, late)
  for (const name of names) {
    const instance = { metadata: { name }, spec: { template: { metadata, spec } } }
    await client.create(instances, { namespace: 'default' }, instance)
  }
  return vi.waitFor(async () => {
    const { items } = await client.list(kinds.pods, { namespace: 'default' })
    const found = items.map(({ status }) => status?.podIP ?? '')
    expect(found.filter((address) => address !== '')).toHaveLength(DEVICES)
    const answers = await Promise.all(found.map((address) => ask(`http://${address}:8080/`)))
    expect(new Set(answers)).toEqual(new Set(['hello\n']))
    return found
  }, late)
}

/** Asks again and again, and returns the longest time without an answer: milliseconds. */
async function visit(address: string, signal: AbortSignal): Promise<number> {
  let [longestMs, answeredMs] = [0, performance.now()]
  while (!signal.aborted) {
    const answer = await ask(`http://${address}:8080/`, 10_000).catch(() => '')
    const nowMs = performance.now()
    longestMs = Math.max(longestMs, nowMs - answeredMs)
    if (answer === 'hello\n') answeredMs = nowMs
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  return longestMs
}

/** Kills one after the other by chance, or cuts it off from Kubernetes; the last one that is there stays until another one is back for a while. */
async function takeInTurns(lab: RegionLab): Promise<void> {
  const alive = new Set(Array.from({ length: MASTERNODES }, (_, index) => index + 1))
  const cut = new Set<number>()
  const untilMs = performance.now() + KILLING_MS
  while (performance.now() < untilMs) {
    const chosen = [...alive][Math.floor(Math.random() * alive.size)] ?? 1
    alive.delete(chosen)
    if (Math.random() < 0.5) {
      await lab.kill(chosen)
    } else {
      lab.cutApi(chosen, true)
      cut.add(chosen)
    }
    await new Promise((resolve) => setTimeout(resolve, 5000 + Math.random() * 10_000))
    for (let number = 1; number <= MASTERNODES; number += 1) {
      if (alive.has(number) || (alive.size > 1 && Math.random() < 0.5)) continue
      if (cut.delete(number)) await bringBack(lab, number)
      else lab.start(number)
      alive.add(number)
    }
    // Those that are back have to be linked to before the last one may go.
    if (alive.size > 1) await new Promise((resolve) => setTimeout(resolve, 12_000))
  }
}

/** Lets one reach Kubernetes again, and resolves when it has said so there. */
async function bringBack({ client, cutApi }: RegionLab, number: number): Promise<void> {
  const name = { namespace: 'nexqloud-system', name: `masternode-${number}` }
  const read = async () => (await client.get(kinds.leases, name)).spec?.renewTime
  const before = await read()
  cutApi(number, false)
  await vi.waitFor(async () => expect(await read()).not.toBe(before), late)
}
