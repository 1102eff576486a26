import { expect } from 'vitest'

import { containersOf, startUp, tracesOf } from './up-process.ts'

/** Runs a command to its end. */
type Run = (...args: readonly string[]) => Promise<{
  readonly exitCode: number | null
  readonly output: string
}>

/** Starts a network on an engine that is somebody else's, kills it, and expects `down` to take away what it has left there, and to do so once. */
export async function expectCleared(
  run: Run,
  {
    data,
    portBase,
    engine,
    image,
  }: {
    readonly data: string
    readonly portBase: number
    readonly engine: string
    readonly image: string
  },
): Promise<void> {
  const up = await startUp(data, portBase, ['--engine-socket', engine, '--app', image])
  const [container] = await containersOf(data, engine)
  expect(container).toBeDefined()
  await up.kill()
  expect(await containersOf(data, engine)).toContain(container)
  const { output } = await run('down', '--data', data)
  expect(output).toContain('What a network that was killed had left is gone.')
  expect(await containersOf(data, engine)).toEqual([])
  expect(await tracesOf(data)).toEqual([])
  const again = await run('down', '--data', data)
  expect(again.exitCode).toBe(0)
  expect(again.output).not.toContain('is gone')
}
