import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { promisify } from 'node:util'

import {
  CoreV1Api,
  Exec,
  KubeConfig,
  Log,
  makeInformer,
  Watch,
  type V1Pod,
} from '@kubernetes/client-node'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'

import { buildProgram } from '../../../packages/kube/system/kubernetes/build-programs.ts'
import type { Registry } from '../src/first-app/registry.ts'
import { runFolderOf } from '../src/up/own-engine.ts'
import { expectLease } from './first-lease.ts'
import { expectFleetStory } from './fleet-story.ts'
import { createKubectl, type Kubectl } from './kubectl.ts'
import { runToEnd } from './run-to-end.ts'
import { serveToolsImage } from './tools-image.ts'
import { findUpObstacle } from './up-obstacle.ts'
import { partOf, processesOf, startUp, tracesOf, untilEnded, type UpProcess } from './up-process.ts'
import { expectCleared } from './used-engine-story.ts'

/** The first of ten ports, below those that outgoing connections take. */
const PORT_BASE = 31_400
/** How long is waited for what comes by itself. */
const soon = { timeout: 30_000, interval: 100 }
const namespace = 'default'
/** A command in a terminal begins before the engine is told how large that is. */
const sizes = 'for i in 1 2 3 4 5; do stty size; sleep 0.2; done'

const program = buildProgram('kubectl') ?? ''
const missing = await findUpObstacle(program)
const folder = mkdtempSync(join(tmpdir(), 'nexqloud-up-'))
const data = join(folder, 'data')
let tools: Registry
let up: UpProcess
let kubectl: Kubectl

beforeAll(async () => {
  if (missing !== undefined) return
  tools = await serveToolsImage(join(folder, 'tools'))
  up = await startUp(data, PORT_BASE)
  kubectl = createKubectl(program, { folder, kubeconfig: up.kubeconfig })
})
beforeEach((context) => {
  if (missing !== undefined) context.skip(missing)
})
afterAll(async () => {
  if (missing === undefined) await run('down', '--data', data)
  await tools?.close()
  rmSync(folder, { recursive: true })
})

test('up makes a network on an empty folder, with an engine of its own, and its first app answers', async () => {
  expect(up.url).toMatch(/^http:\/\/127\.147\.\d+\.\d+\/$/)
  expect(await ask(up.url)).toMatch(/^Hello from NexQloud\./)
  expect(processesOf(data).some(({ command }) => command.startsWith('dockerd '))).toBe(true)
})

test('status, device list, why and lease tell how the network is, and how it came to that', async () => {
  await expectFleetStory(run, data)
  await expectLease(run, data)
})

test('kubectl 1.36 shows what there is', async () => {
  expect(
    await kubectl.findSurprise([
      ['get nodes', /^device-1 +Ready /m],
      ['get pods -o wide', /^first-app +1\/1 +Running +0 +\S+ +127\.147\.\S+ +device-1 /m],
      ['get pod first-app -o yaml', /^ {2}phase: Running$/m],
      ['describe pod first-app', /Started container main\./],
      ['describe node device-1', /The device is connected\./],
      ['events --for pod/first-app', /Assigned default\/first-app to device-1/],
      ['api-resources', /^instances +nexqloud\.io\/v1 +true +Instance$/m],
      ['logs first-app', /^Listening on port 80\.$/m],
    ]),
  ).toBeUndefined()
})

test('kubectl makes, changes and deletes instances, which come back unless they are deleted themselves', async () => {
  write('web.json', webOf({}))
  write('changed.json', webOf({ tier: 'front' }))
  expect(
    await kubectl.findSurprise([
      ['apply -f web.json', /instance\.nexqloud\.io\/web created/],
      ['apply -f web.json', /web unchanged/],
      ['apply -f changed.json', /web configured/],
      ['create -f web.json', /AlreadyExists/],
      ['edit instance web', /web edited/],
      ['patch instance web --type=merge -p {"metadata":{"labels":{"z":"1"}}}', /web patched/],
      ['get instance web --show-labels', /tier=back,z=1$/m],
      ['wait --for=create pod/web --timeout=20s', /condition met/],
      ['wait --for=condition=Ready pod/web --timeout=20s', /condition met/],
      ['label pod web a=b', /pod\/web labeled/],
      ['get pods -l app=web,a=b --field-selector spec.nodeName=device-1 -o name', /^pod\/web$/m],
      ['get pods -l app=web,a!=b', /No resources found/],
    ]),
  ).toBeUndefined()
  const address = await kubectl.type('get pod web -o jsonpath={.status.podIP}')
  expect(
    await kubectl.findSurprise([
      ['delete pod web', /pod "web" deleted/],
      ['wait --for=create pod/web --timeout=20s', /condition met/],
      ['wait --for=condition=Ready pod/web --timeout=20s', /condition met/],
      ['get pod web -o jsonpath={.status.podIP}', new RegExp(`^${address}$`, 'm')],
      ['delete instance web', /"web" deleted/],
      [
        'wait --for=delete pod/web --timeout=20s',
        /condition met|no matching resources|NotFound|^$/,
      ],
    ]),
  ).toBeUndefined()
})

test('kubectl run needs no limits, and what runs is followed, entered, copied to and from, and forwarded', async () => {
  using watch = kubectl.follow('get pods --watch')
  expect(
    await kubectl.findSurprise([
      [`run tools --image=${tools.image}`, /pod\/tools created/],
      ['wait --for=condition=Ready pod/tools --timeout=20s', /condition met/],
      [['exec', 'tools', '--', 'sh', '-c', 'echo hi; exit 3'], /^hi\n.*exit code 3$/m],
    ]),
  ).toBeUndefined()
  await vi.waitFor(() => expect(watch.said()).toMatch(/^tools +1\/1 +Running/m), soon)
  expect(await inTerminal(`exec -it tools -- sh -c "${sizes}"`)).toContain('31 101')
  write('sent.json', { bytes: 'x'.repeat(1 << 20) })
  expect(
    await kubectl.findSurprise([
      ['cp sent.json tools:/app/sent.json', /^\$.*\n$/],
      ['cp tools:/app/sent.json back.json', /^\$.*\n(tar: removing leading.*\n)?$/],
    ]),
  ).toBeUndefined()
  expect(read('back.json')).toBe(read('sent.json'))
  using log = kubectl.follow('logs -f tools')
  using forward = kubectl.follow('port-forward pod/tools :80')
  const port = await vi.waitFor(() => {
    const [, found] = /127\.0\.0\.1:(\d+)/.exec(forward.said()) ?? []
    expect(found).toBeDefined()
    return found
  }, soon)
  expect(await ask(`http://127.0.0.1:${port}/sent.json`)).toBe(read('sent.json'))
  await vi.waitFor(() => expect(log.said()).toMatch(/response:200/), soon)
})

test('the official client lists, watches, follows, reads logs and runs commands', async () => {
  const config = new KubeConfig()
  config.loadFromFile(up.kubeconfig)
  const api = config.makeApiClient(CoreV1Api)
  const path = `/api/v1/namespaces/${namespace}/pods`
  const informer = makeInformer<V1Pod>(config, path, () => api.listNamespacedPod({ namespace }))
  await informer.start()
  expect(informer.list().map(({ metadata }) => metadata?.name)).toEqual(['first-app', 'tools'])
  const watched = Promise.withResolvers<string>()
  const take = (type: string, { metadata }: V1Pod) => watched.resolve(`${type} ${metadata?.name}`)
  const watching = await new Watch(config).watch(path, {}, take, () => {})
  expect(await watched.promise).toBe('ADDED first-app')
  watching.abort()
  await informer.stop()
  const log = new PassThrough()
  await new Log(config).log(namespace, 'first-app', 'main', log, { tailLines: 1 })
  expect(String((await once(log, 'data'))[0])).toBe('Listening on port 80.\n')
  const output = new PassThrough()
  const command = ['/bin/node', '--print', '6*7']
  await new Exec(config).exec(namespace, 'first-app', 'main', command, output, null, null, false)
  expect(String((await once(output, 'data'))[0])).toBe('42\n')
})

test('a second up says that the network runs already', async () => {
  const { exitCode, output } = await run('up', '--data', data, '--port-base', String(PORT_BASE))
  expect(exitCode).toBe(1)
  expect(output).toContain(`The network of ${data} runs already, by process ${up.pid}.`)
})

test('kubectl top tells what the device and its pods use', async () => {
  await vi.waitFor(
    async () => expect(await kubectl.type('top pods')).toMatch(/^first-app +\d+m +\d+Mi/m),
    soon,
  )
  expect(
    await kubectl.findSurprise([['top nodes', /^device-1 +\d+m +\d+% +\d+Mi +\d+% *$/m]]),
  ).toBeUndefined()
  expect(
    await kubectl.findSurprise([
      ['delete pod tools --grace-period=1 --timeout=15s', /pod "tools" deleted/],
    ]),
  ).toBeUndefined()
})

test('a cordoned device gets nothing new, and one that is drained has what it had wait, and say why', async () => {
  const why = /blocked by cordon: the only device takes no more pods/
  expect(
    await kubectl.findSurprise([
      ['cordon device-1', /cordoned/],
      [`run second --image=${tools.image}`, /pod\/second created/],
      ['drain device-1 --force --timeout=30s', /evicting pod default\/first-app[^]*drained/],
      ['get nodes', /^device-1 +Ready,SchedulingDisabled /m],
      ['wait --for=create pod/first-app --timeout=20s', /condition met/],
      ['wait --for=condition=PodScheduled=False pod/first-app pod/second --timeout=20s', /second/],
      ['describe pod first-app', why],
      ['describe pod second', why],
    ]),
  ).toBeUndefined()
  const late = ask(up.url).catch((failure: unknown) => failure)
  expect(
    await kubectl.findSurprise([
      ['uncordon device-1', /uncordoned/],
      ['wait --for=condition=Ready pod/first-app pod/second --timeout=30s', /second condition met/],
      ['delete pod second --grace-period=1 --timeout=15s', /pod "second" deleted/],
    ]),
  ).toBeUndefined()
  expect(await late).toMatch(/^Hello from NexQloud\./)
})

test('a masternode that is killed is started again, and the container runs on', async () => {
  const before = await containerOf('first-app')
  const killed = partOf(data, 'masternode') ?? 0
  process.kill(killed, 'SIGKILL')
  await vi.waitFor(async () => {
    expect(partOf(data, 'masternode') ?? killed).not.toBe(killed)
    expect(await ask(up.url)).toMatch(/^Hello from NexQloud\./)
  }, soon)
  expect(await containerOf('first-app')).toBe(before)
  expect(up.said()).toContain('masternode was ended by SIGKILL; it is started again in 1 s')
})

test('up on an engine of others is killed, and down takes away what it left there', async () => {
  const engine = join(runFolderOf(data), 'engine', 'docker.sock')
  const before = await containerOf('first-app')
  const [other, portBase] = [join(folder, 'other'), PORT_BASE + 50]
  await expectCleared(run, { data: other, portBase, engine, image: tools.image })
  expect(await containerOf('first-app')).toBe(before)
})

test('down leaves nothing behind, and the next up answers at the same address', async () => {
  expect(await run('down', '--data', data)).toMatchObject({ exitCode: 0 })
  expect(await up.ended).toBe(0)
  expect(await tracesOf(data)).toEqual([])
  const { url } = up
  up = await startUp(data, PORT_BASE)
  expect(up.url).toBe(url)
  expect(await ask(url)).toMatch(/^Hello from NexQloud\./)
})

test('up itself is killed: all that it started ends, the next up goes on, and down takes away what is left', async () => {
  const { url } = up
  await up.kill()
  await untilEnded(data)
  up = await startUp(data, PORT_BASE)
  expect(up.url).toBe(url)
  expect(await ask(url)).toMatch(/^Hello from NexQloud\./)
  await up.kill()
  const { output } = await run('down', '--data', data)
  expect(output).toContain('What a network that was killed had left is gone.')
  expect(await tracesOf(data)).toEqual([])
})

function webOf(labels: Readonly<Record<string, string>>) {
  const container = { name: 'main', image: tools.image, ports: [{ containerPort: 80 }] }
  const spec = { terminationGracePeriodSeconds: 1, containers: [container] }
  return {
    apiVersion: 'nexqloud.io/v1',
    kind: 'Instance',
    metadata: { name: 'web', labels },
    spec: { template: { metadata: { labels: { app: 'web' } }, spec } },
  }
}

const write = (file: string, object: object): void =>
  writeFileSync(join(folder, file), JSON.stringify(object))
const read = (file: string): string => readFileSync(join(folder, file), 'utf8')

/** Runs a command of the command line to its end. */
const run = (...args: readonly string[]) => runToEnd(...args).ended

async function ask(url: string): Promise<string> {
  const headers = { connection: 'close' }
  return (await fetch(url, { headers, signal: AbortSignal.timeout(20_000) })).text()
}

function containerOf(pod: string): Promise<string> {
  return kubectl.type(`get pod ${pod} -o jsonpath={.status.containerStatuses[0].containerID}`)
}

/** Returns what kubectl prints in a terminal of 31 rows. */
async function inTerminal(command: string): Promise<string> {
  const line = `stty cols 101 rows 31; ${program} --kubeconfig ${up.kubeconfig} ${command}`
  const typing = promisify(execFile)('script', ['-qec', line, '/dev/null'])
  typing.child.stdin?.end()
  return (await typing).stdout
}
