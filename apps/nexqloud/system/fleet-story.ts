import { expect } from 'vitest'

type Run = (...args: readonly string[]) => Promise<{ readonly output: string }>

/** Expects that a network of one device tells of itself, with `run` for the command line. */
export async function expectFleetStory(run: Run, data: string): Promise<void> {
  const [status, list, why, device] = await Promise.all([
    run('status', '--data', data, '--json'),
    run('device', 'list', '--data', data),
    run('why', 'first-app', '--data', data),
    run('why', '1', '--data', data),
  ])
  expect(JSON.parse(status.output)).toMatchObject({
    chain: { height: expect.any(String) },
    masternodes: [{ name: 'masternode 1', drives: 1, isDark: false }],
    devices: { count: 1, byState: { ready: 1 } },
    instances: { count: 1, running: 1 },
    concerns: [],
  })
  expect(list.output).toMatch(/^device-1 +0x\w+… +ready \(\w+\) +\d+\/\d+\/\d+ .* masternode 1$/m)
  expect(why.output).toMatch(/^first-app runs on device-1 for /)
  expect(why.output).toMatch(/ placed on device-1, the one with room that costs least\n/)
  expect(device.output).toContain('\nOn it: default/first-app.\n')
}
