import { expect, test } from 'vitest'

import { createTlsIdentity, createTlsKey } from './tls-identity.ts'

test('a key and its names give the same certificate each time, and other names another one', async () => {
  const key = createTlsKey()
  const certificateOf = async (names: readonly string[]) =>
    (await createTlsIdentity(key, names)).certificatePem
  const first = await certificateOf(['localhost', '192.0.2.1'])
  expect(await certificateOf(['localhost', '192.0.2.1'])).toBe(first)
  expect(await certificateOf(['localhost'])).not.toBe(first)
})
