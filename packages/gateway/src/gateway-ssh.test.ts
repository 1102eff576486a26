import type { Socket } from 'node:net'

import { expect, test } from 'vitest'

import { readAll, until, withScene } from '../test/scene.ts'

/** Answers as who speaks for the container, and tells of whom it heard. */
function createSpeaker() {
  const ids: string[] = []
  return {
    ids,
    onSsh: (socket: Socket, id: string): void => {
      ids.push(id)
      // It comes paused: nothing of it was read.
      socket.once('data', (bytes: Buffer) => socket.end(`heard ${bytes.toString()}`)).resume()
    },
  }
}

test('who comes to SSH is given, with every byte, to who speaks it', async () => {
  const { ids, onSsh } = createSpeaker()
  await withScene({ protocol: 'ssh', onSsh }, async ({ serve, visit, gateway }) => {
    const device = await serve(() => {})
    const visitor = visit()
    visitor.write('SSH-2.0-x')
    expect(await readAll(visitor)).toBe('heard SSH-2.0-x')
    expect(ids).toEqual(['default/web'])
    expect(device.streamCount()).toBe(0)
    visitor.end()
    await until(() => gateway.counters.connectionsOpen === 0)
  })
})

test('an instance that is being moved is waited for', async () => {
  const { ids, onSsh } = createSpeaker()
  await withScene({ protocol: 'ssh', onSsh }, async ({ serve, visit, gateway }) => {
    const visitor = visit()
    visitor.write('hello')
    await until(() => gateway.counters.waiting === 1)
    expect(ids).toEqual([])
    await serve(() => {})
    expect(await readAll(visitor)).toBe('heard hello')
  })
})

test('of an instance that was stopped, and where nobody speaks it, visitors are reset', async () => {
  const { ids, onSsh } = createSpeaker()
  await withScene({ protocol: 'ssh', onSsh }, async ({ gateway, route, serve, visit }) => {
    await serve(() => {})
    gateway.publish({ ...route, resting: 'default/web was stopped.' })
    await expect(readAll(visit())).rejects.toThrow('ECONNRESET')
    expect(ids).toEqual([])
  })
  await withScene({ protocol: 'ssh' }, async ({ serve, visit }) => {
    await serve(() => {})
    await expect(readAll(visit())).rejects.toThrow('ECONNRESET')
  })
})

test('names lead to no port that SSH is spoken at', async () => {
  const options = { protocol: 'ssh', hostnames: ['web.example'] } as const
  await withScene(options, async ({ gateway, serve }) => {
    await serve(() => {})
    const answer = await fetch(gateway.httpUrl, { headers: { host: 'web.example' } })
    expect(answer.status).toBe(404)
  })
})
