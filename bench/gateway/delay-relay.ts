import { openDelayRelay } from '../../packages/tunnel/test/delay-relay.ts'

/**
 * A line, `node delay-relay.ts PORT ONE-WAY-MS BYTES-PER-SECOND`, as a process of its own, until its parent leaves. It tells its parent
 * where it listens.
 */
const [target = '', oneWayMs = '', bytesPerSecond = ''] = process.argv.slice(2)
const relay = await openDelayRelay(Number(target), {
  oneWayMs: Number(oneWayMs),
  bytesPerSecond: Number(bytesPerSecond),
})
process.on('disconnect', relay.close)
process.send?.(relay.port)
