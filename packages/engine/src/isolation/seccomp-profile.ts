import { z } from 'zod'

/** A profile as Docker and Podman write it; what we do not change in it is kept as it is. */
const profileSchema = z.looseObject({
  syscalls: z.array(z.looseObject({ names: z.array(z.string()), action: z.string() })),
})

/** CLONE_NEWUSER of linux/sched.h. */
const NEW_USER_NAMESPACE = 0x10000000
const [EPERM, ENOSYS] = [1, 38]

/** Calls that make or enter namespaces, in a new one of which a process would be root. */
const ways = new Set([
  'clone',
  'clone3',
  'unshare',
  'setns',
  'mount',
  'umount',
  'umount2',
  'pivot_root',
])

/** `clone3` says that it does not exist, so that libraries take `clone`, whose flags can be looked at. */
const refusals = [
  {
    names: ['unshare', 'setns', 'mount', 'umount', 'umount2', 'pivot_root'],
    action: 'SCMP_ACT_ERRNO',
    errnoRet: EPERM,
  },
  { names: ['clone3'], action: 'SCMP_ACT_ERRNO', errnoRet: ENOSYS },
  {
    names: ['clone'],
    action: 'SCMP_ACT_ALLOW',
    args: [{ index: 0, value: NEW_USER_NAMESPACE, valueTwo: 0, op: 'SCMP_CMP_MASKED_EQ' }],
  },
]

/**
 * Returns a seccomp profile like the given one, under which no process can make a user namespace; Podman's own profile
 * allows it, and with it much of the kernel that root alone reaches otherwise.
 */
export function denyUserNamespaces(profile: unknown): unknown {
  const { syscalls, ...rest } = profileSchema.parse(profile)
  const others = syscalls
    .map((rule) => ({ ...rule, names: rule.names.filter((name) => !ways.has(name)) }))
    .filter(({ names }) => names.length > 0)
  return { ...rest, syscalls: [...others, ...refusals] }
}
