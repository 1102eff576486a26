import { expect, test } from 'vitest'

import { denyUserNamespaces } from './seccomp-profile.ts'

const allowed = {
  names: ['read', 'clone', 'clone3', 'unshare'],
  action: 'SCMP_ACT_ALLOW',
  args: [],
}
const onlyMount = { names: ['mount', 'setns'], action: 'SCMP_ACT_ALLOW', includes: { caps: ['X'] } }

test('takes the ways to a user namespace out of every rule, and keeps the rest', () => {
  const profile = { defaultAction: 'SCMP_ACT_ERRNO', archMap: [1], syscalls: [allowed, onlyMount] }
  const hardened = denyUserNamespaces(profile) as typeof profile
  expect(hardened).toMatchObject({ defaultAction: 'SCMP_ACT_ERRNO', archMap: [1] })
  const [first, ...rest] = hardened.syscalls
  expect(first).toEqual({ ...allowed, names: ['read'] })
  expect(rest.map(({ names, action }) => [names.join(' '), action])).toEqual([
    ['unshare setns mount umount umount2 pivot_root', 'SCMP_ACT_ERRNO'],
    ['clone3', 'SCMP_ACT_ERRNO'],
    ['clone', 'SCMP_ACT_ALLOW'],
  ])
})

test('refuses what is no profile', () => {
  expect(() => denyUserNamespaces({ syscalls: 'all' })).toThrow(/syscalls/)
})
