import { existsSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'

import { lockFolder } from '../folder-lock.ts'
import type { RunProcess } from '../run-process.ts'
import { NetworksTakenError, NetworkFailedError } from './errors.ts'

/** A network namespace that a device has for itself, behind this machine as behind a router. */
export type DeviceNetwork = {
  /** What a program is started by, so that it runs inside. */
  readonly enter: readonly string[]
  readonly close: () => Promise<void>
}

/** Where devices in namespaces find the network's own ports. Source of the range: RFC 2544, for benchmarks, never routed. */
export const SIDE_ADDRESS = '198.18.255.1'

/** What makes and removes interfaces. */
export type NetworkParts = {
  /** Eight characters that no other network on this machine has. */
  readonly tag: string
  readonly runProcess: RunProcess
}

/** Of this machine: who has it has the range of {@link SIDE_ADDRESS}. */
const LOCK_FOLDER = '/run/nexqloud-networks'

/**
 * Makes what all devices share: the address of {@link SIDE_ADDRESS}, and the way out. Returns how to take it away.
 *
 * @throws {@link NetworksTakenError} where another network of this machine has several devices; {@link NetworkFailedError}
 */
export async function openSide({ tag, runProcess }: NetworkParts): Promise<() => Promise<void>> {
  const lock = await lockFolder(LOCK_FOLDER)
  if (lock === undefined) throw new NetworksTakenError()
  const run = createRunner(runProcess)
  const table = `nexqloud_up_${tag}`
  const clear = async (): Promise<void> => {
    await run.quietly('ip', 'address', 'delete', `${SIDE_ADDRESS}/32`, 'dev', 'lo')
    await run.quietly('nft', 'delete', 'table', 'ip', table)
  }
  const close = async (): Promise<void> => {
    await clear()
    await rm(LOCK_FOLDER, { recursive: true, force: true })
    lock[Symbol.dispose]()
  }
  await clear()
  await undoneBy(close, async () => {
    await run('ip', 'address', 'add', `${SIDE_ADDRESS}/32`, 'dev', 'lo')
    for (const command of sideRules(table, `nq${tag}*`)) await run('nft', command)
    await writeFile('/proc/sys/net/ipv4/ip_forward', '1')
  })
  return close
}

/** The namespaces and this machine alone reach the address; namespaces reach nothing else of this machine, and the internet. */
function sideRules(table: string, ports: string): readonly string[] {
  const chain = (name: string, kind: string): string =>
    `add chain ip ${table} ${name} { type ${kind}; policy accept; }`
  const rule = (name: string, text: string): string => `add rule ip ${table} ${name} ${text}`
  return [
    `add table ip ${table}`,
    chain('outward', 'nat hook postrouting priority srcnat'),
    rule('outward', 'ip saddr 198.18.0.0/16 ip daddr != 198.18.0.0/16 masquerade'),
    chain('inward', 'filter hook input priority -10'),
    rule('inward', `iifname "${ports}" ct state established,related accept`),
    rule('inward', `iifname "${ports}" ip daddr != ${SIDE_ADDRESS} reject`),
    rule('inward', `iifname != "lo" iifname != "${ports}" ip daddr ${SIDE_ADDRESS} drop`),
  ]
}

/**
 * Makes the namespace of one of up to 250 devices, in which a registry of this machine is reached at its own loopback; what a killed
 * `up` left of it is taken away first.
 */
export async function openDeviceNetwork(
  { tag, runProcess }: NetworkParts,
  { number, registryPort }: { readonly number: number; readonly registryPort: number },
): Promise<DeviceNetwork> {
  const run = createRunner(runProcess)
  const [namespace, port] = [namespaceOf(tag, number), `nq${tag}${number}`]
  const [near, far] = [`198.18.${number}.1`, `198.18.${number}.2`]
  // Not `ip netns exec`: it mounts /sys anew, without the cgroups.
  const enter = ['nsenter', `--net=${fileOf(namespace)}`]
  const close = async (): Promise<void> => {
    await run.quietly('ip', 'link', 'delete', port)
    await run.quietly('ip', 'netns', 'delete', namespace)
  }
  await close()
  await undoneBy(close, async () => {
    await run('ip', 'netns', 'add', namespace)
    await run('ip', 'link', 'add', port, 'type', 'veth', 'peer', 'name', 'e0', 'netns', namespace)
    await run('ip', 'address', 'add', `${near}/30`, 'dev', port)
    await run('ip', 'link', 'set', port, 'up')
    const inside = (...args: readonly string[]) => run('ip', '-n', namespace, ...args)
    await inside('link', 'set', 'lo', 'up')
    await inside('address', 'add', `${far}/30`, 'dev', 'e0')
    await inside('link', 'set', 'e0', 'up')
    await inside('route', 'add', 'default', 'via', near)
    await leadOwnPort(run, { enter, port: registryPort })
  })
  return { enter, close }
}

/**
 * Has a port of a namespace's own loopback lead to this machine's: an image that is made here has one name, however many devices there
 * are, and engines take images without TLS from there.
 */
async function leadOwnPort(
  run: Runner,
  {
    enter: [program = '', ...args],
    port,
  }: Pick<DeviceNetwork, 'enter'> & { readonly port: number },
): Promise<void> {
  const within = (...command: readonly string[]) => run(program, ...args, ...command)
  // What comes back from this machine is for the loopback address, which the kernel takes from no other side unless it is told to.
  await within('sh', '-c', 'echo 1 > /proc/sys/net/ipv4/conf/e0/route_localnet')
  for (const command of ownPortRules(port)) await within('nft', command)
}

function ownPortRules(port: number): readonly string[] {
  const table = 'nexqloud_registry'
  return [
    `add table ip ${table}`,
    `add chain ip ${table} own { type nat hook output priority -100; policy accept; }`,
    `add rule ip ${table} own ip daddr 127.0.0.1 tcp dport ${port} dnat to ${SIDE_ADDRESS}`,
    `add chain ip ${table} outward { type nat hook postrouting priority srcnat; policy accept; }`,
    `add rule ip ${table} outward ip saddr 127.0.0.0/8 oifname "e0" masquerade`,
  ]
}

/** Whether a device has a network of its own. */
export function hasDeviceNetwork({ tag }: Pick<NetworkParts, 'tag'>, number: number): boolean {
  return existsSync(fileOf(namespaceOf(tag, number)))
}

const namespaceOf = (tag: string, number: number): string => `nexqloud-${tag}-${number}`
const fileOf = (namespace: string): string => `/run/netns/${namespace}`

/** Takes away what was half made. */
async function undoneBy(close: () => Promise<void>, make: () => Promise<void>): Promise<void> {
  try {
    await make()
  } catch (failure) {
    await close()
    throw failure
  }
}

type Runner = (program: string, ...args: readonly string[]) => Promise<void>

function createRunner(runProcess: RunProcess) {
  const quietly = (program: string, ...args: readonly string[]) =>
    runProcess({ program, args, cwd: '/' }, new AbortController().signal)
  const run = async (program: string, ...args: readonly string[]): Promise<void> => {
    const { exitCode, output } = await quietly(program, ...args)
    if (exitCode !== 0) throw new NetworkFailedError(`${program} ${args.join(' ')}`, output)
  }
  return Object.assign(run, { quietly })
}
