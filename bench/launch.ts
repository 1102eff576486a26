import { followAddresses, launchInstance, removeInstance } from './launch/launch-instance.ts'
import { startNetwork } from './launch/network.ts'
import { withDocker } from './launch/run-docker.ts'
import { defineBench, median, type Case, type Facts, type Sample } from './src/index.ts'

const ROUNDS = 20

/**
 * From the API request to the first byte through the gateway, on a network as `nexqloud up` starts it, beside `docker run` of
 * the same image on the same engine, in turns. The image is on the machine. Whoever launches asks the instance's address as soon
 * as that is known; docker's container has its address before it is made. Our namespace gets its network each time, docker's
 * network stays.
 */
export const bench = defineBench({
  description: `An instance by the Kubernetes API, asked through the gateway, against docker run and curl, ${ROUNDS} times.`,
  samples: 1,
  cases: { both: launchInTurns() },
  judge: ({ both }) => {
    const fact = (name: string) => median(both, ({ facts }: Sample) => Number(facts[name]))
    return [
      {
        what: `request to first byte, image cached, median of ${ROUNDS}`,
        unit: 'ms',
        ours: fact('oursMs'),
        rival: fact('rivalMs'),
        goal: { figure: 'ratio', atMost: 1.5 },
      },
    ]
  },
})

function launchInTurns(): Case {
  return async (measure): Promise<Facts> => {
    const { client, engineSocket, image, close } = await startNetwork()
    const over = new AbortController()
    try {
      const addressOf = await followAddresses(client, over.signal)
      const launch = async (turn: number): Promise<number> => {
        const name = `launch-${turn}`
        const tookMs = await launchInstance(client, { name, image }, addressOf)
        await removeInstance(client, name)
        return tookMs
      }
      return await withDocker(engineSocket, (run) =>
        measure(async () => {
          await launch(0)
          await run(image)
          const [ours, rival]: [number[], number[]] = [[], []]
          for (let turn = 1; turn <= ROUNDS; turn += 1) {
            ours.push(await launch(turn))
            rival.push(await run(image))
          }
          return { oursMs: middleOf(ours), rivalMs: middleOf(rival) }
        }),
      )
    } finally {
      over.abort()
      await close()
    }
  }
}

function middleOf(figures: readonly number[]): number {
  const sorted = figures.toSorted((left, right) => left - right)
  return sorted[Math.floor(sorted.length / 2)] ?? NaN
}
