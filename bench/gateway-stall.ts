import type { Line } from '../packages/tunnel/test/delay-relay.ts'
import { assertCostsKnown } from './chain/process-cost.ts'
import { BULK_BYTES } from './gateway/nginx.ts'
import { residentBytesOf } from './gateway/part.ts'
import { throughTunnel, withPath } from './gateway/paths.ts'
import { runWrk } from './gateway/run-wrk.ts'
import { openReaders, readBytes, watchPeak } from './gateway/stalled-readers.ts'
import { defineBench, median, type Case, type Sample } from './src/index.ts'

const [STALLED, IDLE] = [100, 1000]

/** A distant device: a good line, and what a home sends at. */
const goodLine = { oneWayMs: 20, bytesPerSecond: 125e6 }
const homeLine = { oneWayMs: 20, bytesPerSecond: 12.5e6 }

/** An answer of 200 bytes, and nginx's head before it. */
const LEAST_ANSWER_BYTES = 200

/**
 * What visitors cost who stop reading, or do nothing, and how long small answers take beside downloads at a round trip of
 * 40 ms. The lines carry what lines carry: one without an end measures who waits for the machine's processors. frp, measured once
 * on another machine, grew by 1,058 MB, and took 36 KB for an idle connection.
 */
export const bench = defineBench({
  description: `Gateway and device with ${STALLED} readers that stall on 10 MB each, with ${IDLE} idle connections, and with downloads on a line of 40 ms.`,
  samples: 3,
  cases: {
    stalled: holdStalled(),
    idle: holdIdle(),
    beside: askBesideDownloads(goodLine),
    atHome: askBesideDownloads(homeLine),
  },
  judge: ({ stalled, idle, beside, atHome }) => [
    {
      what: `memory that ${STALLED} stalled readers of 10 MB take in the gateway`,
      unit: 'MB',
      ours: median(stalled, factOf('gatewayMegabytes')),
      goal: { figure: 'ours', atMost: 64 },
    },
    {
      what: 'the same in the device',
      unit: 'MB',
      ours: median(stalled, factOf('deviceMegabytes')),
      goal: { figure: 'ours', atMost: 64 },
    },
    {
      what: 'memory of an idle connection, gateway and device',
      unit: 'KB',
      ours: median(idle, factOf('kilobytes')),
      goal: { figure: 'ours', atMost: 15 },
    },
    {
      what: 'small answers beside 8 downloads, 40 ms, 1 Gbit/s, 99th percentile',
      unit: 'ms',
      ours: median(beside, factOf('p99Ms')),
      goal: { figure: 'ours', atMost: 60 },
    },
    {
      what: 'the same at 100 Mbit/s, where each frame takes 5 ms',
      unit: 'ms',
      ours: median(atHome, factOf('p99Ms')),
      goal: { figure: 'ours', atMost: 80 },
    },
  ],
})

const factOf =
  (name: string) =>
  ({ facts }: Sample): number =>
    Number(facts[name])

/** The processes have worked before, as they would have in production; every reader gets its whole file in the end. */
function holdStalled(): Case {
  return (measure) => {
    assertCostsKnown()
    return withPath(throughTunnel('tcp'), async ({ port, parts }) => {
      await runWrk({ port, path: '/bulk', connections: 8, seconds: 1 })
      await runWrk({ port, path: '/small', connections: 50, seconds: 1 })
      const before = parts.map((part) => residentBytesOf([part]))
      const readers = await openReaders(port, { path: '/bulk', count: STALLED })
      const peaks = await measure(() =>
        Promise.all(parts.map((part) => watchPeak(() => residentBytesOf([part]), 5000))),
      )
      await Promise.all(readers.map((reader) => readBytes(reader, BULK_BYTES)))
      const [gateway = NaN, device = NaN] = peaks.map((peak, at) => peak - (before[at] ?? NaN))
      return { gatewayMegabytes: gateway / 1e6, deviceMegabytes: device / 1e6 }
    })
  }
}

/** Each connection has asked once before it idles. */
function holdIdle(): Case {
  return (measure) => {
    assertCostsKnown()
    return withPath(throughTunnel('tcp'), async ({ port, parts }) => {
      await runWrk({ port, path: '/small', connections: 50, seconds: 2 })
      const before = residentBytesOf(parts)
      const idle = await openReaders(port, { path: '/small', count: IDLE })
      const after = await measure(() => watchPeak(() => residentBytesOf(parts), 3000))
      await Promise.all(idle.map((each) => readBytes(each, LEAST_ANSWER_BYTES)))
      return { kilobytes: (after - before) / IDLE / 1000 }
    })
  }
}

function askBesideDownloads(line: Required<Line>): Case {
  return (measure) =>
    withPath(throughTunnel('tcp', line), async ({ port }) => {
      const downloads = runWrk({ port, path: '/bulk', connections: 8, seconds: 6 })
      await runWrk({ port, path: '/small', connections: 4, seconds: 1 })
      const small = () => runWrk({ port, path: '/small', connections: 4, seconds: 3 })
      const { p99Ms } = await measure(small)
      await downloads
      return { p99Ms }
    })
}
