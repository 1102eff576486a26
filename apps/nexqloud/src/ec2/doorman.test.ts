import { createManualClock } from '@nexqloud/kernel'
import { createTlsKey } from '@nexqloud/tunnel'
import { expect, test } from 'vitest'

import { createDoorman, type Doorman } from './doorman.ts'

const key = { line: 'ssh-ed25519 AAAA', fingerprint: 'SHA256:x' }
const attempt = {
  instance: 'mine/i-1',
  address: '192.0.2.1',
  user: 'root',
  fingerprint: 'SHA256:x',
}

test('nobody enters before EC2’s resources are known, and then who they name', () => {
  const { doorman } = openScene()
  const ask = () => doorman.ssh.findEntry('mine/i-1', 'root', key)
  expect(ask()).toBeUndefined()
  const asked: object[] = []
  let by: string | undefined = 'key pair me'
  doorman.follow({
    findLogin: (question, pushedKeys) => {
      asked.push(question, pushedKeys)
      return by
    },
  })
  expect(ask()).toEqual({ by: 'key pair me' })
  const question = { namespace: 'mine', instanceId: 'i-1', osUser: 'root', publicKey: key.line }
  expect(asked).toEqual([question, doorman.pushedKeys])
  by = undefined
  expect(ask()).toBeUndefined()
})

test('an instance’s host key is the same at each start of its masternode, and no other’s', () => {
  const keyPem = createTlsKey()
  const keyOf = (own: string, instance: string) => openScene(own).doorman.ssh.hostKeyOf(instance)
  expect(keyOf(keyPem, 'mine/i-1')).toBe(keyOf(keyPem, 'mine/i-1'))
  expect(keyOf(keyPem, 'mine/i-1')).not.toBe(keyOf(keyPem, 'mine/i-2'))
  expect(keyOf(keyPem, 'mine/i-1')).not.toBe(keyOf(createTlsKey(), 'mine/i-1'))
})

test('of a thousand who are refused at once sixty are told of, and everybody who enters', async () => {
  const { doorman, told, clock } = openScene()
  tryOften(doorman, undefined)
  expect(told()).toBe(60)
  tryOften(doorman, 'key pair me')
  expect(told()).toBe(1060)
  await clock.pass(5000)
  tryOften(doorman, undefined)
  expect(told()).toBe(1065)
})

function tryOften({ ssh }: Doorman, by: string | undefined): void {
  for (let time = 0; time < 1000; time += 1) ssh.onAttempt({ ...attempt, by })
}

function openScene(keyPem = createTlsKey()) {
  const clock = createManualClock()
  let count = 0
  const doorman = createDoorman({ clock, keyPem, onAttempt: () => (count += 1) })
  return { clock, doorman, told: () => count }
}
