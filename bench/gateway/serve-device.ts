import { systemClock } from '@nexqloud/kernel'
import {
  createTargetDialer,
  createTlsIdentity,
  createTlsKey,
  createWindowBudget,
  dialLink,
  keepAliveByDefault,
  muxLimitsByDefault,
  parseTlsKeyHash,
} from '@nexqloud/tunnel'

/**
 * A device that leads every stream to one port, `node serve-device.ts LINK-PORT KEY-HASH PORT`, as a process of its own,
 * until its parent leaves.
 */
const [linkPort = '', keyHash = '', port = ''] = process.argv.slice(2)
const dialTarget = createTargetDialer({ timeoutMs: 5000 })
const link = await dialLink(
  { host: '127.0.0.1', port: Number(linkPort), keyHash: parseTlsKeyHash(keyHash) },
  {
    limits: muxLimitsByDefault,
    budget: createWindowBudget(),
    clock: systemClock,
    keepAlive: keepAliveByDefault,
    identity: await createTlsIdentity(createTlsKey()),
    timeoutMs: 5000,
    use: () => ({
      accept: (stream) => dialTarget(stream, { host: '127.0.0.1', port: Number(port) }),
    }),
  },
  new AbortController().signal,
)
process.on('disconnect', () => {
  void link.close(0)
})
process.send?.('linked')
