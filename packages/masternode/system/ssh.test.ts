import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

import { systemClock } from '@nexqloud/kernel'
import { createHostKeys, openSshHall, type SshHall } from '@nexqloud/ssh'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

import { openDeviceLab, until, type DeviceLab } from '../../device/system/device-lab.ts'
import { driveDevice } from '../../device/test/masternode-end.ts'
import { bringPrograms } from '../../engine/system/lab/packages.ts'
import { createOpenSsh, openFolder, type OpenSsh } from '../../ssh/system/openssh.ts'
import { createUserKey } from '../../ssh/test/scene.ts'
import { createDeviceStreams } from '../src/stream/device-streams.ts'

const skip = bringPrograms(['dockerd', 'docker-registry', 'busybox', 'nft'])
const key = createUserKey()
const script = 'mkdir /www; echo hello > /www/index.html; exec httpd -f -p 8080 -h /www'

let lab: DeviceLab
let hall: SshHall
let server: Server
let isKeyThere = true
/** Which instance they come to. */
let instance = 'i-1'

beforeAll(async () => {
  if (skip !== undefined) return
  lab = await openDeviceLab()
  lab.startAgent()
  const { mux } = await lab.link()
  const { peer, reportOf } = driveDevice(mux, systemClock)
  await peer.ready
  await peer.request('assign', { term: 1, serial: 1, pods: [webPod('i-1'), webPod('i-2')] })
  for (const uid of ['i-1', 'i-2']) {
    await until(() => {
      const conditions = reportOf(uid)?.status.conditions ?? []
      return conditions.find(({ type, status }) => type === 'Ready' && status === 'True')
    })
  }
  const streams = createDeviceStreams(mux, systemClock)
  const targetOf = (uid: string) => {
    return { node: 'device-1', namespace: 'acme', pod: uid, uid, container: 'main' }
  }
  hall = openSshHall({
    clock: systemClock,
    hostKeyOf: createHostKeys(randomBytes(32)),
    findEntry: (_instance, _user, { line }) =>
      isKeyThere && key.line.startsWith(line) ? { by: 'key pair me' } : undefined,
    onAttempt: () => {},
    namesOf: () => [],
    shell: {
      run: (id, process) => streams.run(targetOf(id), process),
      connect: (id, port, signal) => streams.connect(targetOf(id), port, signal),
    },
  })
  server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) =>
    hall.visit(socket, instance),
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
})
afterAll(async () => {
  hall?.close()
  server?.close()
  await lab?.close()
})
beforeEach((context) => {
  if (skip !== undefined) context.skip(skip)
  isKeyThere = true
  instance = 'i-1'
})

test('commands run in the container: their input, output and exit codes are its own', async () => {
  const { run } = openClient()
  expect(await run('ssh', ['HOST', 'cat /www/index.html'])).toEqual(came('hello\n'))
  expect(await run('ssh', ['HOST', 'cat; echo wrong >&2; exit 7'], 'said')).toEqual({
    stdout: 'said',
    stderr: 'wrong\n',
    code: 7,
  })
  expect(await run('ssh', ['HOST', 'nothing'])).toMatchObject({ code: 127 })
  const bytes = randomBytes(3_000_000).toString('hex')
  expect(await run('ssh', ['HOST', 'cat'], bytes)).toEqual(came(bytes))
})

test('a shell has a terminal of the size and kind that was asked for', async () => {
  const { options } = openClient()
  const ssh = ['ssh', ...options, '-tt', `ec2-user@127.0.0.1`].join(' ')
  const commands = 'echo "[$TERM $(stty size)]"; exit 5\n'
  const child = spawn('script', ['-qec', `stty rows 33 cols 99; ${ssh}`, '/dev/null'], {
    env: { ...process.env, TERM: 'xterm-256color', SHELL: '/bin/sh' },
  })
  child.stdin.write(commands)
  const [said, [code]] = await Promise.all([text(child.stdout), once(child, 'close')])
  expect(said).toContain('[xterm-256color 33 99]')
  expect(code).toBe(5)
})

test('a terminal answers also who has typed all', async () => {
  const { run } = openClient()
  const { stdout, code } = await run('ssh', ['-tt', 'HOST'], 'echo "$((6 * 7)) is said"; exit 4\n')
  expect([stdout, code]).toEqual([expect.stringContaining('42 is said'), 4])
})

test('scp and sftp carry files into the container and out of it', async () => {
  const { run } = openClient()
  const folder = openFolder()
  const bytes = randomBytes(4_000_000)
  writeFileSync(join(folder, 'file'), bytes, { mode: 0o640 })
  const there = "/tmp/a file's name"
  expect(await run('scp', [join(folder, 'file'), `HOST:${there}`])).toEqual(came(''))
  expect(await run('scp', [`HOST:${there}`, join(folder, 'back')])).toEqual(came(''))
  expect(readFileSync(join(folder, 'back')).equals(bytes)).toBe(true)
  const batch = [
    'cd /tmp',
    'mkdir made',
    `put ${join(folder, 'file')} made/one`,
    'ls -l made',
  ].join('\n')
  const { stdout, code } = await run('sftp', ['-b', '-', 'HOST'], batch)
  expect([code, stdout]).toEqual([0, expect.stringMatching(/-rw-r----- .* 4000000 .* one\n$/)])
})

test('ports of the container are forwarded', async () => {
  const { options } = openClient()
  const port = await findFreePort()
  const args = [...options, '-N', '-L', `127.0.0.1:${port}:localhost:8080`, 'ec2-user@127.0.0.1']
  const child = spawn('ssh', args, { stdio: 'ignore' })
  const page = await until(() =>
    fetch(`http://127.0.0.1:${port}/index.html`).then(
      (answer) => answer.text(),
      () => undefined,
    ),
  )
  child.kill()
  await once(child, 'close')
  expect(page).toBe('hello\n')
})

test('a wrong key, and one that is there no more, are refused', async () => {
  expect(await openClient(createUserKey()).run('ssh', ['HOST', 'true'])).toMatchObject({
    code: 255,
    stderr: expect.stringContaining('Permission denied (publickey)'),
  })
  isKeyThere = false
  expect(await openClient().run('ssh', ['HOST', 'true'])).toMatchObject({ code: 255 })
})

test('who hangs up leaves nothing running in the terminal', async () => {
  const { options, run } = openClient()
  const child = spawn('ssh', [...options, '-tt', 'ec2-user@127.0.0.1', 'sleep 4711'], {
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  const count = async (): Promise<number> => {
    const { stdout } = await run('ssh', [
      'HOST',
      'cat /proc/[0-9]*/cmdline | tr "\\0" " " | grep -c "[s]leep 4711"',
    ])
    return Number(stdout)
  }
  await until(async () => ((await count()) > 0 ? true : undefined))
  child.kill()
  expect(await until(async () => ((await count()) === 0 ? 'gone' : undefined))).toBe('gone')
})

test('a container without a shell is said to have none, also where files are asked for', async () => {
  instance = 'i-2'
  const { run } = openClient()
  expect(await run('ssh', ['HOST', 'rm /bin/sh'])).toMatchObject({ code: 0 })
  const said = 'nexqloud: This container has no shell'
  const ran = await run('ssh', ['HOST', 'true'])
  expect(ran).toMatchObject({ code: 127, stderr: expect.stringContaining(said) })
  const listed = await run('sftp', ['-b', '-', 'HOST'], 'ls')
  expect(listed).toMatchObject({ code: 255, stderr: expect.stringContaining(said) })
})

function openClient(own = key): OpenSsh {
  const { port } = server.address() as AddressInfo
  return createOpenSsh(own, { host: '127.0.0.1', port })
}

const came = (stdout: string) => ({ stdout, stderr: '', code: 0 })

async function findFreePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  await once(probe, 'close')
  return port
}

function webPod(uid: string) {
  return {
    namespace: 'acme',
    name: uid,
    uid,
    token: 1,
    pod: {
      spec: {
        containers: [
          {
            name: 'main',
            image: lab.image,
            command: ['sh', '-c', script],
            resources: { limits: { cpu: '500m', memory: '64Mi' } },
            readinessProbe: { httpGet: { port: 8080, path: '/index.html' }, periodSeconds: 1 },
          },
        ],
        terminationGracePeriodSeconds: 1,
      },
    },
  }
}
