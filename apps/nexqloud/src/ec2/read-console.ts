import { instanceLogs } from '@nexqloud/control'
import type { Machines } from '@nexqloud/ec2'
import { StatusError, type KubeClient } from '@nexqloud/kube'

/** Source: EC2's API reference, GetConsoleOutput. */
const MOST_BYTES = 65_536

/** Returns what reads the last that an instance wrote, wherever it ran, from the record. */
export function createConsoleReader(client: KubeClient): Machines['readConsole'] {
  return async ({ namespace, id: name }) => {
    try {
      const { lines } = await client.get(instanceLogs, { namespace, name, subresource: 'log' })
      const last = lines.at(-1)
      if (last === undefined) return undefined
      const text = lines.map((line) => `${line.text}\n`).join('')
      return { bytes: Buffer.from(text).subarray(-MOST_BYTES), at: last.at }
    } catch (failure) {
      // Nobody recorded it.
      if (failure instanceof StatusError && failure.kind === 'notFound') return undefined
      throw failure
    }
  }
}
