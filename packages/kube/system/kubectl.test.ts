import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { connect, createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'

import { afterAll, beforeAll, expect, test, type TestContext } from 'vitest'

import { createFakeStreams } from '../test/fake-streams.ts'
import { buildProgram } from './kubernetes/build-programs.ts'
import { serveEmbedded } from './served-embedded.ts'

const kubectl = buildProgram('kubectl')
let served: Awaited<ReturnType<typeof serveEmbedded>>

beforeAll(async () => {
  const usage = { cpuMilli: 120, memoryBytes: 64 << 20 }
  served = await serveEmbedded({
    streams: createFakeStreams(),
    usage: {
      nodes: () => [{ name: 'node-a', usage }],
      pods: () => [{ namespace: 'default', name: 'web', containers: [{ name: 'c', usage }] }],
    },
  })
  for (const user of ['admin', 'alice']) {
    writeFileSync(join(served.folder, user), served.kubeconfig(`${user}-token`))
  }
  write('node.json', { apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-a' } })
  write('pod.json', podOf('one'))
  write('changed.json', podOf('two'))
  write('binding.json', {
    apiVersion: 'v1',
    kind: 'Binding',
    metadata: { name: 'web' },
    target: { kind: 'Node', name: 'node-a' },
  })
})
afterAll(async () => {
  await served.close()
})

const running = {
  status: {
    phase: 'Running',
    reason: null,
    conditions: [{ type: 'Ready', status: 'True' }],
    containerStatuses: [{ name: 'c', ready: true, restartCount: 2, state: { running: {} } }],
  },
}

const waiting = { reason: 'ImagePullBackOff', message: 'no-such-image' }
const unstarted = {
  status: { containerStatuses: [{ name: 'c', ready: false, restartCount: 0, state: { waiting } }] },
}
const refused = { status: { phase: 'Failed', reason: 'PodRefused', containerStatuses: [] } }
const patchOf = (status: object): string =>
  `patch pod web --subresource=status --type=merge -p ${JSON.stringify(status)}`

const run = patchOf(running)

/** What is typed, in order, and what is printed. */
const verbs: readonly (readonly [command: string, printed: RegExp])[] = [
  ['create -f node.json', /^node\/node-a created$/m],
  ['create -f node.json', /AlreadyExists.*nodes "node-a" already exists/],
  ['get nodes', /^node-a +Unknown +<none> +\d+s +<unknown>$/m],
  ['diff -f pod.json', /^\+ +- image: example.com\/one:1$/m],
  ['apply -f pod.json', /^pod\/web created$/m],
  ['apply -f pod.json', /^pod\/web unchanged$/m],
  ['apply -f changed.json', /^pod\/web configured$/m],
  ['get pod web -o jsonpath={.spec.containers[0].image}', /^example.com\/two:1$/m],
  ['get pods', /^NAME +READY +STATUS +RESTARTS +AGE\s+web +0\/1 +Pending +0 +\d+s$/m],
  ['exec web -- echo hi', /pod web does not have a host assigned/],
  [
    'create --raw /api/v1/namespaces/default/pods/web/binding -f binding.json',
    /"status":"Success"/,
  ],
  [patchOf(unstarted), /^pod\/web patched$/m],
  ['logs web', /container c in pod web has not started: ImagePullBackOff: no-such-image/],
  ['exec web -- echo hi', /has not started: ImagePullBackOff: no-such-image/],
  [patchOf(refused), /^pod\/web patched$/m],
  ['logs web', /container c in pod web has not started: PodRefused/],
  [run, /^pod\/web patched$/m],
  ['get pods -o wide', /^web +1\/1 +Running +2 +\d+s +<none> +node-a +<none> +<none>$/m],
  ['get pods -l app=web --field-selector spec.nodeName=node-a -o name', /^pod\/web$/m],
  ['get pods -l app!=web', /No resources found/],
  ['get pod none', /NotFound.*pods "none" not found/],
  ['wait --for=condition=Ready pod/web --timeout=5s', /^pod\/web condition met$/m],
  ['label pod web tier=front', /^pod\/web labeled$/m],
  ['annotate pod web note=x', /^pod\/web annotated$/m],
  ['patch pod web -p {"metadata":{"labels":{"z":"1"}}}', /^pod\/web patched$/m],
  ['edit pod web', /^pod\/web edited$/m],
  ['get pod web --show-labels --no-headers', /app=web,tier=front,zz=1$/m],
  ['set image pod/web c=example.com/three:1', /^pod\/web image updated$/m],
  ['describe pod web', /^ +Image: +example.com\/three:1$/m],
  ['describe node node-a', /^ +default +web /m],
  ['logs web', /^web\/c on node-a: 0\n.*: 1\n.*: 2$/m],
  ['logs -f web --tail=1', /^web\/c on node-a: 2\nthe end$/m],
  ['exec web -- echo hi', /^hi$/m],
  ['exec web -- false', /^oops\ncommand terminated with exit code 3$/m],
  ['exec web -- nothing', /nothing: not found/],
  ['cordon node-a', /^node\/node-a cordoned$/m],
  ['get nodes', /^node-a +Unknown,SchedulingDisabled /m],
  ['uncordon node-a', /^node\/node-a uncordoned$/m],
  ['events', /No events found/],
  ['top pods', /^web +120m +64Mi +$/m],
  ['top nodes', /^node-a +120m +64Mi +$/m],
  // Of one kind alone kubectl does not print the kind.
  ['get all', /^web +1\/1/m],
  ['api-resources', /^pods +po +v1 +true +Pod$/m],
  ['get pods -A', /^default +web /m],
  ['create -f big.json', /Request entity too large: limit is 3145728/],
  ['create ns own', /with --dry-run=client -o yaml, and create it with kubectl create -f$/m],
  ['create -f bad.json', /unknown field "spec.foo"/],
  ['drain node-a --force --timeout=1s', /evicting pod default\/web/],
  ['delete pod web --force', /force deleted/],
  ['get pods', /No resources found/],
  ['run x --image=x', /^pod\/x created$/m],
  ['delete pod x', /pod "x" deleted/],
  ['get pods --as-alice', /User "alice" cannot list resource "pods"/],
]

test('kubectl 1.36 works as it does everywhere', async (context) => {
  skipWithoutKubectl(context)
  const annotations = { note: 'x'.repeat(20 << 20) }
  write('big.json', { ...podOf('one'), metadata: { name: 'big', annotations } })
  write('bad.json', { ...podOf('one'), spec: { ...podOf('one').spec, foo: 1 } })
  for (const [command, printed] of verbs) {
    expect(`$ kubectl ${command}\n${await type(command)}`).toMatch(printed)
  }
  expect(served.failures).toEqual([])
})

test('kubectl passes bytes both ways through exec and port-forward', async (context) => {
  skipWithoutKubectl(context)
  await type('apply -f pod.json')
  await type('create --raw /api/v1/namespaces/default/pods/web/binding -f binding.json')
  await type(run)
  const sent = 'x'.repeat(1 << 20)
  expect(await type('exec -i web -- cat', sent)).toBe(sent)
  const echo = createServer((socket) => socket.pipe(socket)).listen(0, '127.0.0.1')
  await once(echo, 'listening')
  const { port } = echo.address() as AddressInfo
  const forward = spawn(kubectl ?? '', ['port-forward', 'pod/web', `:${port}`], {
    env: environment(),
  })
  try {
    const [line] = (await once(forward.stdout, 'data', {
      signal: AbortSignal.timeout(10_000),
    })) as [Buffer]
    const local = /127\.0\.0\.1:(\d+)/.exec(line.toString())?.[1]
    expect(await echoed(Number(local), sent)).toBe(sent)
  } finally {
    forward.kill()
    echo.close()
  }
})

function podOf(image: string) {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', labels: { app: 'web' } },
    spec: { containers: [{ name: 'c', image: `example.com/${image}:1` }] },
  }
}

function write(file: string, object: object): void {
  writeFileSync(join(served.folder, file), JSON.stringify(object))
}

function skipWithoutKubectl(context: TestContext): void {
  if (kubectl === undefined) context.skip('Go is missing, which builds kubectl')
}

function environment(user = 'admin'): NodeJS.ProcessEnv {
  const { folder } = served
  const EDITOR = 'sed -i s/z:/zz:/'
  return { PATH: process.env['PATH'], HOME: folder, KUBECONFIG: join(folder, user), EDITOR }
}

/** Returns what kubectl prints, errors included. */
function type(command: string, input = ''): Promise<string> {
  const args = command.replace(' --as-alice', '').split(' ')
  const env = environment(command.includes('--as-alice') ? 'alice' : 'admin')
  return new Promise((resolve) => {
    const options = { cwd: served.folder, env, timeout: 20_000, maxBuffer: 16 << 20 }
    const child = execFile(kubectl ?? '', args, options, (_, stdout, stderr) => {
      resolve(`${stdout}${stderr}`)
    })
    child.stdin?.end(input)
  })
}

async function echoed(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  socket.write(text)
  let answer = ''
  for await (const chunk of socket) {
    answer += String(chunk)
    if (answer.length >= text.length) break
  }
  return answer
}
