import { expect, test } from 'vitest'

import type { RunProcess } from '../run-process.ts'
import { openDeviceNetwork } from './device-network.ts'

test("a device finds this machine's registry at its own loopback, so that an image has one name", async () => {
  const ran: string[] = []
  const runProcess: RunProcess = async ({ program, args }) => {
    ran.push([program, ...args].join(' '))
    return { exitCode: 0, stdout: '', stderr: '', output: '', seconds: 0 }
  }
  const { enter } = await openDeviceNetwork(
    { tag: 'test', runProcess },
    { number: 2, registryPort: 4434 },
  )
  expect(enter).toEqual(['nsenter', '--net=/run/netns/nexqloud-test-2'])
  const within = ran.filter((command) => command.startsWith(`${enter.join(' ')} `))
  expect(within).toContain(
    `${enter.join(' ')} nft add rule ip nexqloud_registry own ip daddr 127.0.0.1 tcp dport 4434 dnat to 198.18.255.1`,
  )
  expect(within[0]).toContain('route_localnet')
})
