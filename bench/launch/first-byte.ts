import { get } from 'node:http'

/** Between two attempts: milliseconds. */
const AGAIN_MS = 2
const MOST_MS = 60_000

/** Asks port 80 of an address, again and again, until an answer begins. */
export async function untilAnswered(host: string): Promise<void> {
  const untilMs = performance.now() + MOST_MS
  while (!(await isAnswered(host))) {
    if (performance.now() > untilMs) throw new Error(`${host} does not answer.`)
    await delay(AGAIN_MS)
  }
}

/** Resolves after so many milliseconds. */
export function delay(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms)
  })
}

function isAnswered(host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = get({ host, port: 80, path: '/', agent: false }, (response) => {
      response.resume()
      resolve(response.statusCode === 200)
    })
    asked.once('error', () => resolve(false))
  })
}
