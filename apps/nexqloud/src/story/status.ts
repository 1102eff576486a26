import { BaseError } from '@nexqloud/kernel'
import { kinds } from '@nexqloud/kube'

import { exitCode } from '../exit-code.ts'
import { faultOf } from '../fault.ts'
import { printResult } from '../fields.ts'
import { withInstances, type InstanceOptions } from '../instance/instance-session.ts'
import { readViews } from '../instance/view.ts'
import type { ReadOptions } from '../option.ts'
import { readDevices } from '../placement/read-devices.ts'
import type { Shell } from '../shell.ts'
import { statusOf, type StatusFacts } from './network-status.ts'
import { readChainStory } from './read-chain-story.ts'
import { tellStatus } from './tell-status.ts'

/** What `nexqloud status` was asked. */
export type StatusOptions = ReadOptions & InstanceOptions

/** Tells how the network is, on one screen; returns the exit code. */
export async function showNetwork(options: StatusOptions, shell: Shell): Promise<number> {
  const [chain, fleet] = await Promise.all([
    readChainStory(options, shell),
    readFleet(options, shell),
  ])
  const nowMs = shell.clock.wallMs()
  const status = statusOf({ chain, fleet, nowMs })
  printResult({ document: status, lines: tellStatus(status, nowMs) }, { ...shell, ...options })
  const isStopped = chain.problem !== undefined && 'problem' in fleet
  return isStopped ? exitCode.failed : exitCode.done
}

/** A masternode that does not answer is part of what is told. */
async function readFleet(options: StatusOptions, shell: Shell): Promise<StatusFacts['fleet']> {
  try {
    return await withInstances(options, shell, async ({ client, namespace }) => {
      const devices = await readDevices(client, shell.clock.wallMs())
      const isLimited = devices === undefined || options.namespace !== undefined
      const [instances, namespaces] = await Promise.all([
        readViews({ client, ...(isLimited && { namespace }) }),
        isLimited
          ? client.get(kinds.namespaces, { name: namespace }).then((own) => [own])
          : client.list(kinds.namespaces).then(({ items }) => items),
      ])
      return { instances, devices, namespaces }
    })
  } catch (failure) {
    if (!(failure instanceof BaseError && failure.kind === 'unavailable')) throw failure
    return { problem: faultOf(failure).message }
  }
}
