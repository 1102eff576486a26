import { systemClock } from '@nexqloud/kernel'
import { expect, test } from 'vitest'

import { imitateImage } from './imitate-image.ts'
import { createMemoryMachine } from './memory-engine.ts'

const limits = { memoryBytes: 2 ** 28, cpuMilli: 500, pids: 256 }

test('any image runs, with any command, and says that it is imitated', async () => {
  const { engine, id } = await start('ghcr.io/acme/web:7', ['serve', '--fast'])
  expect((await engine.inspectContainer(id)).state).toBe('running')
  expect(await textOf(engine.readLogs(id, {}))).toBe(
    'Imitated by the engine "memory": nothing of ghcr.io/acme/web:7 runs.\n',
  )
  await engine.stopContainer(id, 10)
  expect(await engine.inspectContainer(id)).toMatchObject({ state: 'exited', exit: { code: 0 } })
})

test('a command in it fails, and says why', async () => {
  const { engine, id } = await start('nginx')
  const session = await engine.exec(id, { command: ['sh', '-c', 'ls'] })
  expect(await textOf(session.output)).toBe(
    'sh cannot be run: this container is imitated by the engine "memory".\n',
  )
  expect(await session.exitCode()).toBe(126)
})

test('two names are two images, and a digest is kept', async () => {
  const engine = open()
  const digest = `sha256:${'7'.repeat(64)}`
  const pulled = await Promise.all(
    ['nginx', 'redis', `redis@${digest}`].map((image) => engine.pullImage({ image })),
  )
  expect(new Set(pulled.map(({ id }) => id)).size).toBe(3)
  expect(pulled[2]?.digest).toBe(digest)
})

function open() {
  const registry = (reference: Parameters<typeof imitateImage>[0]) =>
    imitateImage(reference, 'amd64')
  return createMemoryMachine({ clock: systemClock, registry }).engine('device')
}

async function start(image: string, command?: readonly string[]) {
  const engine = open()
  const { id: pulled } = await engine.pullImage({ image })
  const id = await engine.createContainer({
    name: 'web',
    image: pulled,
    network: { kind: 'none' },
    capabilities: [],
    limits,
    ...(command && { command }),
  })
  await engine.startContainer(id)
  return { engine, id }
}

async function textOf(chunks: AsyncIterable<{ readonly bytes: Uint8Array }>): Promise<string> {
  let text = ''
  for await (const { bytes } of chunks) text += Buffer.from(bytes).toString()
  return text
}
