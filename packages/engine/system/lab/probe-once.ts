import { createProber } from '../../src/probe/prober.ts'

/** Probes a port of an address by HTTP and by TCP, from the namespace that it is started in, and prints both outcomes. */
const [address = '', port = ''] = process.argv.slice(2)
const prober = createProber({ address, exec: () => Promise.reject(new Error('Not here.')) })
const signal = AbortSignal.timeout(2000)
const handlers = [
  { type: 'http', scheme: 'http', port: Number(port), path: '/name', headers: {} },
  { type: 'tcp', port: Number(port) },
] as const
const outcomes = await Promise.all(
  handlers.map((handler) =>
    prober(handler, signal).catch((failure: unknown) => ({
      passed: false,
      message: String(failure),
    })),
  ),
)
process.stdout.write(JSON.stringify(outcomes))
