import { EventEmitter, once } from 'node:events'
import { text } from 'node:stream/consumers'

import type { Client, ClientChannel } from 'ssh2'
import { expect, test, vi } from 'vitest'

import { createMemoryShell, programs } from '../test/memory-shell.ts'
import { createUserKey, exec, of, openScene, readToEnd, run } from '../test/scene.ts'
import type { ContainerShell } from './index.ts'

test('a command’s output, what it complains of, and its exit code reach who asked', async () => {
  const { login } = await openScene()
  const client = await login()
  expect(await run(client, 'echo hello')).toEqual({ stdout: 'hello\n', stderr: '', code: 0 })
  expect(await run(client, 'fail')).toEqual({ stdout: '', stderr: 'it failed\n', code: 3 })
  expect(await run(client, 'nothing')).toMatchObject({
    stderr: 'sh: nothing: not found\n',
    code: 127,
  })
})

test('megabytes pass both ways, in order', async () => {
  const { login } = await openScene()
  const sent = Array.from({ length: 600_000 }, (_, index) => `${index}\n`).join('')
  expect((await run(await login(), 'cat', sent)).stdout).toBe(sent)
})

test.each(['root', 'ubuntu', 'admin', 'debian', 'fedora', 'centos'])(
  '%s is let in',
  async (username) => {
    const { login } = await openScene()
    expect((await run(await login({ username }), 'echo hello')).code).toBe(0)
  },
)

test('a key of RSA is let in, by a signature of today', async () => {
  const { login } = await openScene({ key: createUserKey('rsa') })
  expect((await run(await login(), 'echo hello')).code).toBe(0)
})

test('another user is not let in, nor another key', async () => {
  const { login, attempts } = await openScene()
  await expect(login({ username: 'tenant' })).rejects.toThrow('authentication methods failed')
  await expect(login(of(createUserKey()))).rejects.toThrow('authentication methods failed')
  await expect(login({ privateKey: '', password: 'root' })).rejects.toThrow(
    'authentication methods failed',
  )
  expect(attempts).toHaveLength(2)
})

test('who came is told by the key’s fingerprint, once', async () => {
  const { login, attempts } = await openScene()
  await login()
  expect(attempts).toEqual([
    {
      instance: 'lab/i-1',
      address: '127.0.0.1',
      user: 'ec2-user',
      fingerprint: expect.stringMatching(/^SHA256:[A-Za-z0-9+/]{43}$/),
      by: 'key pair mine',
    },
  ])
})

test('a terminal has its type and each of its sizes', async () => {
  const sizes: string[] = []
  const resized = Promise.withResolvers<void>()
  const { login } = await openScene({
    container: {
      programs: {
        '': async ({ isTty, onResize, stdout, stdin }, script) => {
          onResize(({ width, height }) => {
            sizes.push(`${width}x${height}`)
            if (sizes.length === 2) resized.resolve()
          })
          stdout.write(`${isTty} ${/export TERM='(.*)'/.exec(script)?.[1]}\r\n`)
          await resized.promise
          const [typed] = (await once(stdin ?? new EventEmitter(), 'data')) as [Buffer]
          // All of the input has come, and its end is no end of the terminal.
          await new Promise((resolve) => setImmediate(resolve))
          return typed.toString() === 'exit\n' && stdin?.readableEnded === false ? 0 : 1
        },
      },
    },
  })
  const channel = await openShell(await login())
  channel.setWindow(50, 120, 0, 0)
  channel.end('exit\n')
  expect(await readToEnd(channel)).toEqual({ stdout: 'true xterm\r\n', stderr: '', code: 0 })
  expect(sizes).toEqual(['80x24', '120x50'])
})

test('while a signal is on its way, only the newest of the others waits', async () => {
  const signals = createSignalledShell()
  const { login } = await openScene({ shell: signals.shell })
  const client = await login()
  const channel = await exec(client, 'cat')
  for (const name of ['INT', 'USR1', 'USR2', 'USR1', 'TERM']) channel.signal(name)
  await run(client, 'echo hello')
  expect(signals.sent).toEqual(['INT'])
  signals.arrive()
  await vi.waitFor(() => expect(signals.sent).toEqual(['INT', 'TERM']))
  signals.arrive()
  channel.signal('HUP')
  await vi.waitFor(() => expect(signals.sent).toEqual(['INT', 'TERM', 'HUP']))
})

test('a signal that does not arrive within ten seconds is given up', async () => {
  const signals = createSignalledShell()
  const { login, clock } = await openScene({ shell: signals.shell })
  const client = await login()
  const channel = await exec(client, 'cat')
  channel.signal('INT')
  channel.signal('TERM')
  await run(client, 'echo hello')
  await clock.pass(9999)
  expect([signals.sent, signals.given]).toEqual([['INT'], []])
  await clock.pass(1)
  expect([signals.sent, signals.given]).toEqual([['INT', 'TERM'], ['INT']])
})

test('of the environment, the language passes and nothing else', async () => {
  const { login } = await openScene()
  const env = { LANG: "it's", LC_ALL: 'C', LD_PRELOAD: '/evil.so', PATH: '/evil' }
  const channel = await exec(await login(), 'script', { env })
  const { stdout } = await readToEnd(channel)
  expect(stdout).toContain(String.raw`export LANG='it'\''s'` + "\nexport LC_ALL='C'\n")
  expect(stdout).not.toContain('evil')
})

test('a container without a shell is said to have none', async () => {
  const { login } = await openScene({ container: { hasShell: false } })
  expect(await run(await login(), 'echo hello')).toEqual({
    stdout: '',
    stderr:
      'nexqloud: This container has no shell (/bin/sh), so nothing can be run in it. Use an image that has one.\n',
    code: 127,
  })
})

test('an instance that is nowhere just now is said to be so', async () => {
  const { login } = await openScene({
    shell: {
      run: () => Promise.reject(new Error('It is nowhere.')),
      connect: () => Promise.reject(new Error()),
    },
  })
  const ran = await run(await login(), 'echo hello')
  expect(ran).toEqual({ stdout: '', stderr: 'nexqloud: It is nowhere.\n', code: 255 })
})

test('who goes away has what they started end', async () => {
  const ended = Promise.withResolvers<string>()
  const { login } = await openScene({
    container: {
      programs: {
        wait: async ({ signal }) => {
          await once(signal, 'abort')
          ended.resolve('ended')
          return 0
        },
      },
    },
  })
  const client = await login()
  await exec(client, 'wait')
  client.end()
  expect(await ended.promise).toBe('ended')
})

test('ports of the instance are forwarded, those of others are not', async () => {
  const { login } = await openScene({
    container: { programs, ports: { 80: (connection) => void connection.pipe(connection) } },
  })
  const client = await login()
  for (const host of ['localhost', '127.0.0.1', '::1', 'i-1.lab.example']) {
    const channel = await forwardTo(client, host, 80)
    channel.end('ping')
    expect(await text(channel)).toBe('ping')
  }
  await expect(forwardTo(client, 'localhost', 81)).rejects.toThrow('Channel open failure')
  await expect(forwardTo(client, '10.0.0.1', 80)).rejects.toThrow('Channel open failure')
  await expect(forwardTo(client, '169.254.169.254', 80)).rejects.toThrow('Channel open failure')
})

test('a connection has so many channels, and later others', async () => {
  const { login } = await openScene({ limits: { channels: 2 } })
  const client = await login()
  const [one] = await Promise.all([exec(client, 'cat'), exec(client, 'cat')])
  await expect(exec(client, 'cat')).rejects.toThrow('Channel open failure')
  one.end()
  await readToEnd(one)
  expect((await run(client, 'echo hello')).code).toBe(0)
})

/** Returns a container which each signal is on its way to until it is said to arrive, and the names of those that were given up. */
function createSignalledShell() {
  const memory = createMemoryShell({ 'lab/i-1': { programs } })
  const [sent, given]: [string[], string[]] = [[], []]
  let onItsWay = Promise.withResolvers<number>()
  const shell: ContainerShell = {
    ...memory,
    run: (instance, process) => {
      const [, name] = /kill -s (\w+)/.exec(process.command[2] ?? '') ?? []
      if (name === undefined) return memory.run(instance, process)
      sent.push(name)
      process.signal.addEventListener('abort', () => given.push(name))
      onItsWay = Promise.withResolvers<number>()
      return onItsWay.promise
    },
  }
  return { shell, sent, given, arrive: () => onItsWay.resolve(0) }
}

function openShell(client: Client): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    client.shell({ term: 'xterm', cols: 80, rows: 24 }, (failure, channel) =>
      failure === undefined ? resolve(channel) : reject(failure),
    )
  })
}

function forwardTo(client: Client, host: string, port: number): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    client.forwardOut('127.0.0.1', 1, host, port, (failure, channel) =>
      failure === undefined ? resolve(channel) : reject(failure),
    )
  })
}
