import { expect, test } from 'vitest'

import { masternodeContract } from './agent-protocol.ts'

const machine = {
  cpus: 4,
  memoryBytes: 8e9,
  diskBytes: 1e11,
  freeDiskBytes: 9e10,
  engine: { name: 'docker', version: '28' },
  isDraining: false,
}

test('an architecture is one that a label takes: a node whose labels are refused would never be lost', () => {
  const isTaken = (architecture: string) =>
    masternodeContract.notifications.machine.safeParse({ ...machine, architecture }).success
  for (const name of ['amd64', 'arm64', '386', 'x86_64']) expect(isTaken(name)).toBe(true)
  for (const name of ['', 'a b!', '-a', 'a_', 'x'.repeat(33)]) expect(isTaken(name)).toBe(false)
})
