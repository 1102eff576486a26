import { expect, test } from 'vitest'

import { loginEventOf } from './login-event.ts'

const attempt = {
  instance: 'mine/i-1',
  address: '192.0.2.1',
  user: 'root',
  fingerprint: 'SHA256:x',
}

test('who logged in, and by what, is in the history of the instance', () => {
  expect(loginEventOf({ ...attempt, by: 'key pair me' }, 0)).toMatchObject({
    subject: 'instance',
    namespace: 'mine',
    name: 'i-1',
    type: 'Normal',
    cause: 'LoggedIn',
    message: 'root from 192.0.2.1 with SHA256:x: key pair me',
  })
})

test('who was refused is, too, each time', () => {
  const [one, other] = [0, 0].map((at) => loginEventOf({ ...attempt, by: undefined }, at))
  expect(one).toMatchObject({
    type: 'Warning',
    cause: 'LoginRefused',
    message: 'root from 192.0.2.1 with SHA256:x: no key that enters',
  })
  expect(one?.key).not.toBe(other?.key)
})
