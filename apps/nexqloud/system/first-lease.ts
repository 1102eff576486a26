import { expect, vi } from 'vitest'

type Run = (...args: readonly string[]) => Promise<{ readonly output: string }>

/** Expects that the first app of a network is paid for, with `run` for the command line. */
export async function expectLease(run: Run, data: string): Promise<void> {
  const ask = async (...command: readonly string[]): Promise<unknown> =>
    JSON.parse((await run(...command, '--json', '--data', data)).output)
  await vi.waitFor(
    async () =>
      expect(await ask('lease', 'show', 'first-app')).toMatchObject({
        device: 1,
        isOpen: true,
        opener: 1,
      }),
    { timeout: 30_000, interval: 1000 },
  )
  expect(await ask('account', 'show', 'tenant')).toMatchObject({ masternodes: [1] })
}
