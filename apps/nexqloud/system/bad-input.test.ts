import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'

import { buildProgram } from '../../../packages/kube/system/kubernetes/build-programs.ts'
import type { Registry } from '../src/first-app/registry.ts'
import { runFolderOf } from '../src/up/own-engine.ts'
import { guardRegistry } from './guarded-registry.ts'
import { createKubectl, type Kubectl } from './kubectl.ts'
import { runToEnd, type Ended } from './run-to-end.ts'
import { serveToolsImage } from './tools-image.ts'
import { findUpObstacle } from './up-obstacle.ts'
import { startUp, type UpProcess } from './up-process.ts'

/** What bad input gets, on a whole network with a real engine: the cause where one looks, and nothing else disturbed. */

const PORT_BASE = 31_440
const soon = { timeout: 30_000, interval: 100 }
/** Doubles what a shell holds. */
const grow = 'x=aaaaaaaa; while :; do x=$x$x; done'
const login = { username: 'tenant', password: 'secret' }

const program = buildProgram('kubectl') ?? ''
const missing = await findUpObstacle(program)
const folder = mkdtempSync(join(tmpdir(), 'nexqloud-bad-'))
const data = join(folder, 'data')
/** Of which a measurement writes up to 64 MiB. */
const deviceFolder = join(data, 'device')
const engineFolder = join(data, 'engine')
let tools: Registry
let foreign: Registry
let unpulled: Registry
let guarded: Awaited<ReturnType<typeof guardRegistry>>
let up: UpProcess
let kubectl: Kubectl

beforeAll(async () => {
  if (missing !== undefined) return
  mountDisk(deviceFolder, '96m')
  mountDisk(engineFolder, '1g')
  tools = await serveToolsImage(join(folder, 'tools'))
  foreign = await serveToolsImage(join(folder, 'foreign'), { architecture: 'riscv64' })
  unpulled = await serveToolsImage(join(folder, 'unpulled'), { page: import.meta.filename })
  guarded = await guardRegistry(tools.image, login)
  up = await startUp(data, PORT_BASE)
  kubectl = createKubectl(program, { folder, kubeconfig: up.kubeconfig })
})
beforeEach((context) => {
  if (missing !== undefined) context.skip(missing)
})
afterEach(async () => {
  if (missing !== undefined) return
  const said = await (await fetch(up.url)).text()
  if (!said.startsWith('Hello from NexQloud.')) throw new Error(`The first app says ${said}`)
})
afterAll(async () => {
  if (missing === undefined) await type('down')
  // What an engine's folder was mounted on is unmounted with it.
  if (missing === undefined) execFileSync('umount', [deviceFolder])
  // An agent's disks stay mounted when it ends, as its containers run on; that of the copy has none.
  const disks = join(folder, 'copy/device/disks/pods')
  if (readFileSync('/proc/mounts', 'utf8').includes(disks)) execFileSync('umount', [disks])
  guarded?.close()
  await Promise.all([tools?.close(), foreign?.close(), unpulled?.close()])
  rmSync(folder, { recursive: true })
})

test('an image that its registry does not have', async () => {
  const absent = tools.image.replace(/@.*/, `@sha256:${'00'.repeat(32)}`)
  const { output } = await run('absent', absent)
  expect(output).toMatch(/absent does not run\. ImageNotFound: .* the registry does not have it/)
  expect((await type('ps')).output).toMatch(/^absent .*ImageNotFound: Image /m)
  expect((await type('logs', 'absent')).output).toContain('ImageNotFound')
  expect(await kubectl.type('describe pod absent')).toMatch(/Warning +Failed .*ImageNotFound/)
  await remove('absent')
})

test('an image of another architecture', async () => {
  const { output } = await run('foreign', foreign.image)
  expect(output).toMatch(/ImageArchitecture: .*it is made for riscv64; this machine is/)
  await remove('foreign')
})

test('a registry that asks for a login: none, a wrong one, the right one', async () => {
  const none = await run('none', guarded.image)
  expect(none.output).toMatch(/ImageUnauthorized: .*asks for user name and password/)
  expect(none.output).toContain('kubectl create secret docker-registry')
  await makeSecret('wrong', 'guess')
  const wrong = await run('wrong', guarded.image, '--pull-secret', 'wrong')
  expect(wrong.output).toMatch(/ImageUnauthorized: .*does not give it to these credentials/)
  expect(wrong.output).not.toContain('guess')
  await makeSecret('right', login.password)
  const right = await run('right', guarded.image, '--pull-secret', 'right')
  expect(right).toMatchObject({ exitCode: 0 })
  await remove('none', 'wrong', 'right')
})

test('a port at which nobody listens', async () => {
  const asked = ['-p', '8080', '--timeout', '3', '--', '/bin/sleep', '1000']
  const { output } = await run('deaf', tools.image, ...asked)
  expect(output).toMatch(
    /deaf is not there after 3 s: NotReady: readiness: nothing listens on port 8080/,
  )
  expect((await type('ps')).output).toMatch(
    /^deaf .*Running, not ready .*nothing listens on port 8080/m,
  )
  using forward = kubectl.follow('port-forward pod/deaf :8080')
  const port = await vi.waitFor(() => {
    const [, found] = /127\.0\.0\.1:(\d+)/.exec(forward.said()) ?? []
    expect(found).toBeDefined()
    return found
  }, soon)
  await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow('fetch failed')
  await vi.waitFor(() => expect(forward.said()).toMatch(/ECONNREFUSED|refused/), soon)
  await remove('deaf')
})

test('commands that are not there, end at once, or need too much memory', async () => {
  const [lost, failing] = await Promise.all([
    run('lost', tools.image, '--', '/bin/nothing'),
    run('failing', tools.image, '--', '/bin/sh', '-c', 'echo why >&2; exit 3'),
    run('greedy', tools.image, '--memory', '16Mi', '--', '/bin/sh', '-c', grow),
  ])
  expect(lost.output).toMatch(/StartError: .*did not start: exec: "\/bin\/nothing": .*no such file/)
  expect(failing.output).toMatch(/^ +why\nfailing does not run\. Error: .*exit code 3$/m)
  expect((await type('logs', 'failing')).output).toMatch(/^why$/m)
  // It may have run for long enough to be called Running.
  await vi.waitFor(
    async () => {
      const { output } = await type('ps', '--all')
      expect(output).toMatch(/^greedy .*OOMKilled: .*more memory than its limit/m)
    },
    { timeout: 60_000, interval: 1000 },
  )
  await remove('lost', 'failing', 'greedy')
})

test('more memory than any device has is refused before anything is made', async () => {
  const { exitCode, output } = await run('big', tools.image, '--memory', '64Ti')
  expect([exitCode, output]).toEqual([
    1,
    expect.stringMatching(
      /^big was not launched: blocked by memory: the largest free device has .*, asked /,
    ),
  ])
  expect((await type('ps', '--all')).output).not.toContain('big')
})

test('a pod that asks for the host', async () => {
  const securityContext = { privileged: true }
  const resources = { requests: { cpu: '50m' } }
  const containers = [{ name: 'main', image: tools.image, resources, securityContext }]
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'host' } }
  writeFileSync(
    join(folder, 'host.json'),
    JSON.stringify({ ...pod, spec: { hostNetwork: true, containers } }),
  )
  await kubectl.type('create -f host.json')
  await vi.waitFor(async () => {
    const told = await kubectl.type('describe pod host')
    expect(told).toMatch(/^Reason: +PodRefused$/m)
    expect(told).toMatch(/privileged may only be false; spec\.hostNetwork may only be false/)
  }, soon)
  await kubectl.type('delete pod host')
})

test('a manifest of 100 MB, and watches from the future', async () => {
  const huge = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'huge' } }
  const data100 = { text: 'x'.repeat(100 << 20) }
  writeFileSync(join(folder, 'huge.json'), JSON.stringify({ ...huge, data: data100 }))
  expect(await kubectl.type('create -f huge.json')).toContain('Request entity too large: limit is')
  const pods = '/api/v1/namespaces/default/pods?watch=1&timeoutSeconds=5'
  const future = await kubectl.type(`get --raw ${pods}&resourceVersion=999999999`)
  expect(future).toMatch(/Too large resource version: 999999999, current: \d+/)
  expect(await kubectl.type(`get --raw ${pods}&resourceVersion=abc`)).toContain(
    'Invalid value: "abc"',
  )
})

test('a full disk of the device', async () => {
  const filler = join(deviceFolder, 'filler')
  fill(filler)
  const { output } = await run('late', tools.image, '--timeout', '3', '--', '/bin/sleep', '1000')
  expect(output).toMatch(
    /late is not there after 3 s: DeviceDiskFull: .*(the device's disk|a disk that) is full/,
  )
  expect((await type('ps')).output).toMatch(/^late .*DeviceDiskFull/m)
  expect((await type('device', 'status')).output).toMatch(/^disk +It is full: nothing can be /m)
  rmSync(filler)
  await vi.waitFor(async () => {
    expect((await type('ps')).output).toMatch(/^late .*Running/m)
  }, soon)
  await remove('late')
})

test('a full disk of the engine', async () => {
  const before = await containerOf('first-app')
  const filler = join(engineFolder, 'filler')
  fill(filler)
  const { output } = await run('unpulled', unpulled.image, '--timeout', '5')
  expect(output).toMatch(
    /unpulled is not there after 5 s: DeviceDiskFull: .*(the disk of the engine|a disk that) is full/,
  )
  expect((await type('ps')).output).toMatch(/^unpulled .*DeviceDiskFull/m)
  expect((await type('describe', 'unpulled')).output).toMatch(
    /(the disk of the engine|a disk that) is full/,
  )
  rmSync(filler)
  await vi.waitFor(async () => {
    expect((await type('ps')).output).toMatch(/^unpulled .*Running/m)
  }, soon)
  expect(await containerOf('first-app')).toBe(before)
  await remove('unpulled')
})

test('a copied disk is told so, and runs nothing', async () => {
  const copy = join(folder, 'copy')
  cpSync(deviceFolder, join(copy, 'device'), { recursive: true })
  rmSync(join(copy, 'device', 'lock'))
  const chain = `http://127.0.0.1:${PORT_BASE}`
  const before = await containerOf('first-app')
  const socket = join(runFolderOf(data), 'engine', 'docker.sock')
  const places = ['--data', copy, '--rpc', chain, '--engine-socket', socket]
  using twin = runToEnd('device', 'run', '--nearby-registries', ...places)
  await vi.waitFor(async () => {
    const { output } = await type('device', 'status', '--data', copy, '--rpc', chain)
    expect(output).toMatch(
      /does not let this end in\. .*is connected already.*Was its disk copied\?/s,
    )
    expect(output).toMatch(/Give this machine a key of its own/)
  }, soon)
  await twin.end()
  expect(await containerOf('first-app')).toBe(before)
})

function mountDisk(on: string, size: string): void {
  mkdirSync(on, { recursive: true, mode: 0o700 })
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=700`, 'tmpfs', on])
}

/** Takes what is left of a disk. */
function fill(file: string): void {
  const piece = Buffer.alloc(4096)
  try {
    for (;;) appendFileSync(file, piece)
  } catch (failure) {
    expect(failure).toMatchObject({ code: 'ENOSPC' })
  }
}

/** Types a command of the command line, and returns what it said. */
function type(...args: readonly string[]): Promise<Ended> {
  const hasData = args.includes('--data')
  const at = args.indexOf('--')
  const [own, rest] = at < 0 ? [args, []] : [args.slice(0, at), args.slice(at)]
  return runToEnd(...own, ...(hasData ? [] : ['--data', data]), ...rest).ended
}

/** Launches an instance that takes little, so that many have room. */
function run(name: string, image: string, ...more: readonly string[]): Promise<Ended> {
  return type('run', image, '--name', name, '--cpu', '50m', ...more)
}

async function remove(...names: readonly string[]): Promise<void> {
  expect(await type('rm', '--yes', '--no-wait', ...names)).toMatchObject({ exitCode: 0 })
}

/** As the hint says. */
async function makeSecret(name: string, password: string): Promise<void> {
  const server = guarded.image.split('/')[0]
  const secret = await kubectl.type(
    `create secret docker-registry ${name} --docker-server=${server} --docker-username=${login.username} --docker-password=${password} --dry-run=client -o json`,
  )
  writeFileSync(join(folder, 'secret.json'), secret.slice(secret.indexOf('{')))
  await kubectl.type('apply -f secret.json')
}

function containerOf(pod: string): Promise<string> {
  return kubectl.type(`get pod ${pod} -o jsonpath={.status.containerStatuses[0].containerID}`)
}
