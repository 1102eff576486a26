import type { KubeObject } from '../object.ts'
import type { ServerContext } from './context.ts'

/** Events are kept so long after they last happened: kube-apiserver's own limit. */
const KEPT_MS = 60 * 60 * 1000

/** How often it is looked for old ones. */
const SWEEP_MS = 5 * 60 * 1000

/** Removes events that are an hour old, until the signal aborts; what the store refuses is tried again with the next ones. */
export async function expireEvents(
  context: ServerContext,
  signal: AbortSignal,
  onFailure: (failure: unknown) => void,
): Promise<void> {
  const { clock, store } = context
  for (;;) {
    await clock.delay(SWEEP_MS, signal)
    if (signal.aborted) return
    const old = store.list('events').filter((event) => clock.wallMs() - timeOf(event) > KEPT_MS)
    const removing = old.flatMap(({ metadata: { namespace = '', name = '' } }) => {
      const key = { resource: 'events', namespace, name }
      // One that somebody deletes in the same moment is gone already.
      return store.newest(key) === undefined ? [] : [store.write(key, () => undefined)]
    })
    await Promise.all(removing).catch(onFailure)
  }
}

function timeOf(event: KubeObject): number {
  const times = [event['lastTimestamp'], event['eventTime'], event.metadata.creationTimestamp]
  return Math.max(...times.map((time) => (typeof time === 'string' ? Date.parse(time) || 0 : 0)))
}
