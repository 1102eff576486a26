import { openDelayRelay } from '../../packages/tunnel/test/delay-relay.ts'

/**
 * A line that takes its time, `node delay-relay.ts PORT ONE-WAY-MS`, as a process of its own, until its parent leaves. It tells
 * its parent where it listens.
 */
const [target = '', oneWayMs = ''] = process.argv.slice(2)
const relay = await openDelayRelay(Number(target), Number(oneWayMs))
process.on('disconnect', relay.close)
process.send?.(relay.port)
