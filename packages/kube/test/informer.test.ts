import { expect, test } from 'vitest'

import { createInformer, type Change, type InformerOptions } from '../src/client/informer.ts'
import { kinds } from '../src/client/kind.ts'
import { createKubeClient, type KubeClient } from '../src/client/kube-client.ts'
import { openEmbedded } from './embedded.ts'

type ConfigMap = { readonly metadata?: { readonly name?: string } }

test('an informer tells what there is, and what becomes of it', async () => {
  const { client, follow } = await setup()
  await client.create(kinds.configMaps, at(''), { metadata: { name: 'a' } })
  const { informer, next } = follow(client)
  await informer.synced
  await client.create(kinds.configMaps, at(''), { metadata: { name: 'b' } })
  await client.patch(kinds.configMaps, at('a'), { type: 'merge', body: { data: { x: '1' } } })
  await client.delete(kinds.configMaps, at('b'))
  expect(await next(4)).toEqual(['added a', 'added b', 'updated a', 'deleted b'])
  expect(informer.get({ namespace: 'default', name: 'a' })?.data).toEqual({ x: '1' })
  expect(informer.list()).toHaveLength(1)
})

test('an informer that was cut off for too long lists again, and tells what it missed', async () => {
  const { client, store, follow } = await setup()
  await client.create(kinds.configMaps, at(''), { metadata: { name: 'gone' } })
  const cut = new AbortController()
  const { next } = follow({
    list: client.list,
    watch: async function* (kind, selection) {
      if (cut.signal.aborted) yield* client.watch(kind, selection)
      else await new Promise((resolve) => cut.signal.addEventListener('abort', resolve))
    },
  })
  await next(1)
  await client.delete(kinds.configMaps, at('gone'))
  for (let index = 0; index < 1100; index += 1) {
    await client.patch(
      kinds.namespaces,
      { name: 'default' },
      { type: 'merge', body: { metadata: { labels: { n: String(index) } } } },
    )
  }
  expect(store.compacted()).toBeGreaterThan(10)
  await client.create(kinds.configMaps, at(''), { metadata: { name: 'new' } })
  cut.abort()
  expect(await next(2)).toEqual(['deleted gone', 'added new'])
})

test('an informer waits longer after each failure, and goes on', async () => {
  const { client, follow, delays, failures } = await setup()
  let left = 4
  const { next } = follow({
    watch: client.watch,
    list: (kind, selection) => {
      left -= 1
      return left > 0 ? Promise.reject(new Error('away')) : client.list(kind, selection)
    },
  })
  await client.create(kinds.configMaps, at(''), { metadata: { name: 'a' } })
  expect(await next(1)).toEqual(['added a'])
  expect(delays.slice(0, 3)).toEqual([200, 400, 800])
  expect(failures).toHaveLength(3)
})

test('a watch that breaks off goes on from what it told last', async () => {
  const { client, follow } = await setup()
  const versions: string[] = []
  const { next } = follow({
    list: client.list,
    watch: async function* (kind, selection) {
      versions.push(selection.resourceVersion)
      for await (const event of client.watch(kind, selection)) {
        yield event
        if (versions.length === 1 && event.type === 'DELETED') throw new Error('broken off')
      }
    },
  })
  const { metadata } = await client.create(kinds.configMaps, at(''), { metadata: { name: 'a' } })
  expect(await next(1)).toEqual(['added a'])
  await client.delete(kinds.configMaps, at('a'))
  await client.create(kinds.configMaps, at(''), { metadata: { name: 'b' } })
  expect(await next(2)).toEqual(['deleted a', 'added b'])
  expect(Number(versions[1])).toBeGreaterThan(Number(metadata?.resourceVersion))
})

const at = (name: string) => ({ namespace: 'default', ...(name && { name }) })

async function setup() {
  const engine = await openEmbedded({ retainedEvents: 10 })
  const client = createKubeClient(engine.transport)
  const [delays, failures]: [number[], unknown[]] = [[], []]
  const clock: InformerOptions<ConfigMap>['clock'] = {
    wallMs: () => 0,
    steadyMs: () => 0,
    delay: async (ms) => {
      delays.push(ms)
    },
  }

  function follow(api: Pick<KubeClient, 'list' | 'watch'>) {
    const seen: string[] = []
    let wake = (): void => {}
    const onChange = ({ type, object }: Change<ConfigMap>): void => {
      seen.push(`${type} ${object.metadata?.name}`)
      wake()
    }
    const onFailure = (failure: unknown): void => {
      failures.push(failure)
    }
    const { configMaps: kind } = kinds
    const selection = { namespace: 'default' }
    const informer = createInformer(api, { kind, selection, clock, onChange, onFailure })
    void informer.run(new AbortController().signal)
    /** Returns the next so many changes. */
    const next = async (count: number): Promise<readonly string[]> => {
      while (seen.length < count) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
      return seen.splice(0, count)
    }
    return { informer, next }
  }

  return { ...engine, client, follow, delays, failures }
}
