import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

import type { ContainerAnswer } from './answers.ts'

/** How engines name the link of a container's only network. */
const LINK = 'eth0'
/** It asks the kernel for something, which takes no time. */
const PATIENCE_MS = 5000

/**
 * Has a container that was just started tell its network which link address it has (a gratuitous ARP, RFC 5227). Whoever asked for its address before keeps the
 * link address of the container that had it until then, for half a minute in which nobody would reach the new one; Docker does not do it.
 * It never fails, as the container runs in any case, and does nothing where the process is not the container's, as on a machine that keeps its engine in another one.
 */
export async function announceAddress(looking: Promise<ContainerAnswer>): Promise<void> {
  const container = await looking.catch(() => undefined)
  if (container === undefined) return
  const { State, NetworkSettings } = container
  const { Pid: pid = 0 } = State
  const { MacAddress: mac = '' } = Object.values(NetworkSettings.Networks ?? {})[0] ?? {}
  if (pid < 1 || mac === '') return
  const options = { env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' }, timeout: PATIENCE_MS }
  const enter = [`--net=/proc/${pid}/ns/net`, 'sh', '-c', announce, 'sh', mac]
  await promisify(execFile)('nsenter', enter, options).catch(() => {})
}

/** The kernel tells it whenever a link address is set, also to what it was, where it is asked to (arp_notify). */
const announce = `
case $(ip link show dev ${LINK}) in *"link/ether $1 "*) ;; *) exit ;; esac
echo 1 > /proc/sys/net/ipv4/conf/${LINK}/arp_notify
ip link set dev ${LINK} address "$1"`
