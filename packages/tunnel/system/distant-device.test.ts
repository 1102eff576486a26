import { systemClock } from '@nexqloud/kernel'
import { expect, test } from 'vitest'

import {
  createTlsIdentity,
  createTlsKey,
  createWindowBudget,
  dialLink,
  keepAliveByDefault,
  listenForLinks,
  listenLimitsByDefault,
  muxLimitsByDefault,
  type Link,
  type LinkParts,
  type MuxStream,
  type StreamHandler,
} from '../src/index.ts'
import { openDelayRelay } from '../test/delay-relay.ts'

const ROUND_TRIP_MS = 40
const FILE_BYTES = 10_000_000
/** Far more than a stalled reader may have waiting. */
const STALLED_BYTES = 2_000_000

/**
 * Bounds are far above what an idle machine needs (0.4 s, 41 ms, 50 ms), and far below what they would be without what they
 * test: at the least window a file takes 25 s, and behind one window for all small answers wait for whole files.
 */
test('a file takes some round trips, not one for each 16 KiB', async () => {
  await withDistantDevice(async ({ download }) => {
    const startedMs = performance.now()
    await download()
    expect(performance.now() - startedMs).toBeLessThan(8000)
  })
})

test('small answers pass eight downloads', async () => {
  await withDistantDevice(async ({ download, ask }) => {
    const downloads = Promise.all(Array.from({ length: 8 }, () => download()))
    const tookMs: number[] = []
    for (let turn = 0; turn < 20; turn += 1) tookMs.push(await ask())
    expect(median(tookMs)).toBeLessThan(1000)
    await downloads
  })
})

test('a hundred readers that stall hold no more than their budget, and nobody else up', async () => {
  await withDistantDevice(async ({ stall, ask, budget }) => {
    const stalled = Array.from({ length: 100 }, () => stall())
    for (let turn = 0; turn < 20; turn += 1) await ask()
    const heldBytes = stalled.reduce((sum, { heldBytes: held }) => sum + held(), 0)
    expect(heldBytes).toBeLessThan(100 * 16_384 + budget.budgetBytes)
    expect(await ask()).toBeLessThan(1000)
    await Promise.all(stalled.map(({ readAll }) => readAll()))
    expect(budget.freeBytes()).toBe(budget.budgetBytes)
  })
})

type Stalled = { readonly heldBytes: () => number; readonly readAll: () => Promise<void> }

type Scene = {
  readonly budget: LinkParts['budget']
  /** Gets a file whole. */
  readonly download: () => Promise<void>
  /** Asks something small; returns how long the answer took. */
  readonly ask: () => Promise<number>
  /** Asks for a file and does not read it. */
  readonly stall: () => Stalled
}

/** A masternode, and a device that serves files at a round trip of 40 ms. */
async function withDistantDevice(action: (scene: Scene) => Promise<void>): Promise<void> {
  const budget = createWindowBudget()
  const masternode = await createTlsIdentity(createTlsKey())
  const listener = await listenForLinks({
    ...partsOf(budget),
    host: '127.0.0.1',
    port: 0,
    identity: masternode,
    listen: listenLimitsByDefault,
    refuse: async () => undefined,
    onRefused: () => {},
  })
  const relay = await openDelayRelay(listener.port, { oneWayMs: ROUND_TRIP_MS / 2 })
  const device = await dialLink(
    { host: '127.0.0.1', port: relay.port, keyHash: masternode.keyHash },
    {
      ...partsOf(createWindowBudget()),
      identity: await createTlsIdentity(createTlsKey()),
      timeoutMs: 5000,
    },
    new AbortController().signal,
  )
  const [link] = listener.links()
  if (link === undefined) throw new Error('The device has not dialled.')
  try {
    await action({
      budget,
      download: () => readAnswer(link, FILE_BYTES),
      ask: async () => {
        const startedMs = performance.now()
        await readAnswer(link, 200)
        return performance.now() - startedMs
      },
      stall: () => stallAnswer(link, STALLED_BYTES),
    })
  } finally {
    await Promise.all([device.close(0), listener.close(0)])
    relay.close()
  }
}

/** Every stream is answered with as many bytes as its target says. */
function partsOf(budget: LinkParts['budget']): LinkParts {
  return {
    limits: muxLimitsByDefault,
    budget,
    clock: systemClock,
    keepAlive: { ...keepAliveByDefault, deadMs: 60_000 },
    use: () => ({ accept: (stream, { target }) => pour(stream, Number(target)) }),
  }
}

function pour(stream: MuxStream, bytes: number): StreamHandler {
  let left = bytes
  const onWritable = (): void => {
    let mayWrite = true
    while (mayWrite && left > 0) {
      const piece = Buffer.alloc(Math.min(left, 65_536))
      left -= piece.length
      mayWrite = stream.write(piece)
    }
    if (left === 0) stream.end()
  }
  setImmediate(onWritable)
  return { onData: () => {}, onEnd: () => {}, onReset: () => {}, onWritable }
}

function readAnswer(link: Link, bytes: number): Promise<void> {
  const answer = stallAnswer(link, bytes)
  return answer.readAll()
}

function stallAnswer(link: Link, bytes: number): Stalled {
  const ended = Promise.withResolvers<void>()
  let [received, consumed, isReading] = [0, 0, false]
  const { mux } = link
  const stream = mux.open({ target: Buffer.from(String(bytes)) }, () => ({
    onData: (piece) => {
      received += piece.length
      if (isReading) read()
    },
    onEnd: () => {
      if (received === bytes) ended.resolve()
      else ended.reject(new Error(`${received} of ${bytes} bytes came.`))
    },
    onReset: ({ reason }) => ended.reject(new Error(reason)),
    onWritable: () => {},
  }))
  const read = (): void => {
    stream.consumed(received - consumed)
    consumed = received
  }
  stream.end()
  return {
    heldBytes: () => received - consumed,
    readAll: () => {
      isReading = true
      read()
      return ended.promise
    },
  }
}

function median(figures: readonly number[]): number {
  return figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)] ?? NaN
}
